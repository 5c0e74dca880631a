-- CreateTable
CREATE TABLE "Offload" (
    "id" INTEGER NOT NULL PRIMARY KEY DEFAULT 1,
    "mode" TEXT NOT NULL
);
