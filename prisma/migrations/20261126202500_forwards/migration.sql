-- CreateTable
CREATE TABLE "Forward" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "comment" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "fromPort" INTEGER,
    "toPort" INTEGER,
    "targets" JSONB NOT NULL,
    "targetPort" INTEGER,
    "source" TEXT
);

-- CreateTable
CREATE TABLE "ForwardTrigger" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "comment" TEXT NOT NULL,
    "controlProtocol" TEXT NOT NULL,
    "controlPort" INTEGER NOT NULL,
    "opensProtocol" TEXT NOT NULL,
    "opensFrom" INTEGER NOT NULL,
    "opensTo" INTEGER NOT NULL,
    "anyServer" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "ForwardConsoles" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "addresses" JSONB NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Forward_position_key" ON "Forward"("position");

-- CreateIndex
CREATE UNIQUE INDEX "ForwardTrigger_position_key" ON "ForwardTrigger"("position");
