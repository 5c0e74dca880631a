-- CreateTable
CREATE TABLE "Shaping" (
    "id" INTEGER NOT NULL PRIMARY KEY DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "perMachine" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "ShapedLine" (
    "connection" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "download" INTEGER,
    "upload" INTEGER,
    "link" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "ShapedLine_position_key" ON "ShapedLine"("position");
