-- CreateTable
CREATE TABLE "Dialin" (
    "id" INTEGER NOT NULL PRIMARY KEY DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "pap" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "DialinLine" (
    "device" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "speed" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "init" TEXT NOT NULL,
    "address" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "DialinAccount" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "password" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "DialinLine_position_key" ON "DialinLine"("position");

-- CreateIndex
CREATE UNIQUE INDEX "DialinAccount_position_key" ON "DialinAccount"("position");
