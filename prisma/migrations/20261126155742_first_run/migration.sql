-- AlterTable
ALTER TABLE "Administrator" ADD COLUMN "recoveryHash" TEXT;

-- CreateTable
CREATE TABLE "Setup" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "step" TEXT NOT NULL,
    "aside" BOOLEAN NOT NULL DEFAULT false
);

-- CreateIndex
CREATE UNIQUE INDEX "Administrator_recoveryHash_key" ON "Administrator"("recoveryHash");
