-- AlterTable
ALTER TABLE "Ports" ADD COLUMN "rereadUp" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Ports" ADD COLUMN "rereadDown" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "DnsConstant" (
    "position" INTEGER NOT NULL PRIMARY KEY,
    "address" TEXT NOT NULL
);
