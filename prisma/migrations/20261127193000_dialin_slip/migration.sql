-- AlterTable
ALTER TABLE "DialinLine" ADD COLUMN "protocol" TEXT NOT NULL DEFAULT 'ppp';
