-- CreateTable
CREATE TABLE "ForwardMark" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "comment" TEXT NOT NULL,
    "mark" INTEGER NOT NULL,
    "targets" JSONB NOT NULL,
    "targetPort" INTEGER
);

-- CreateIndex
CREATE UNIQUE INDEX "ForwardMark_position_key" ON "ForwardMark"("position");
