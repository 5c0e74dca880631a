-- CreateTable
CREATE TABLE "Helper" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "enabled" BOOLEAN NOT NULL,
    "ports" JSONB NOT NULL
);
