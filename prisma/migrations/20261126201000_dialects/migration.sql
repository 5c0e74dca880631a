-- Chains get a table, rules more matches and targets. What is stored is in the classic dialect, whose chains are all in filter.
-- CreateTable
CREATE TABLE "RuleDialect" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "dialect" TEXT NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Chain" (
    "table" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "policy" TEXT,

    PRIMARY KEY ("table", "name")
);
INSERT INTO "new_Chain" ("table", "name", "position", "policy") SELECT 'filter', "name", "position", "policy" FROM "Chain";
CREATE TABLE "new_Rule" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "chainTable" TEXT NOT NULL,
    "chainName" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "comment" TEXT NOT NULL,
    "source" TEXT,
    "sourceInverted" BOOLEAN,
    "destination" TEXT,
    "destinationInverted" BOOLEAN,
    "protocol" INTEGER,
    "protocolInverted" BOOLEAN,
    "sourcePortFrom" INTEGER,
    "sourcePortTo" INTEGER,
    "sourcePortInverted" BOOLEAN,
    "destinationPortFrom" INTEGER,
    "destinationPortTo" INTEGER,
    "destinationPortInverted" BOOLEAN,
    "icmpType" INTEGER,
    "icmpCode" INTEGER,
    "icmpInverted" BOOLEAN,
    "inInterface" TEXT,
    "inInterfaceInverted" BOOLEAN,
    "outInterface" TEXT,
    "outInterfaceInverted" BOOLEAN,
    "fragmentInverted" BOOLEAN,
    "tcpFlagsMask" INTEGER,
    "tcpFlagsSet" INTEGER,
    "tcpFlagsInverted" BOOLEAN,
    "connection" TEXT,
    "multiport" JSONB,
    "states" JSONB,
    "tos" JSONB,
    "mark" JSONB,
    "mac" JSONB,
    "limit" JSONB,
    "length" JSONB,
    "log" BOOLEAN NOT NULL DEFAULT false,
    "setMark" JSONB,
    "setTos" JSONB,
    "verdict" TEXT,
    "action" TEXT,
    "particulars" JSONB,
    "jumpTable" TEXT,
    "jumpName" TEXT,
    CONSTRAINT "Rule_chainTable_chainName_fkey" FOREIGN KEY ("chainTable", "chainName") REFERENCES "Chain" ("table", "name") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Rule_jumpTable_jumpName_fkey" FOREIGN KEY ("jumpTable", "jumpName") REFERENCES "Chain" ("table", "name") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Rule" ("chainTable", "chainName", "icmpInverted", "jumpTable", "id", "position", "enabled", "comment", "source", "sourceInverted", "destination", "destinationInverted", "protocol", "protocolInverted", "sourcePortFrom", "sourcePortTo", "sourcePortInverted", "destinationPortFrom", "destinationPortTo", "destinationPortInverted", "icmpType", "icmpCode", "inInterface", "inInterfaceInverted", "outInterface", "outInterfaceInverted", "fragmentInverted", "tcpFlagsMask", "tcpFlagsSet", "tcpFlagsInverted", "connection", "verdict", "jumpName")
SELECT 'filter', "chainName", CASE WHEN "icmpType" IS NULL THEN NULL ELSE 0 END, CASE WHEN "jumpName" IS NULL THEN NULL ELSE 'filter' END, "id", "position", "enabled", "comment", "source", "sourceInverted", "destination", "destinationInverted", "protocol", "protocolInverted", "sourcePortFrom", "sourcePortTo", "sourcePortInverted", "destinationPortFrom", "destinationPortTo", "destinationPortInverted", "icmpType", "icmpCode", "inInterface", "inInterfaceInverted", "outInterface", "outInterfaceInverted", "fragmentInverted", "tcpFlagsMask", "tcpFlagsSet", "tcpFlagsInverted", "connection", "verdict", "jumpName" FROM "Rule";
DROP TABLE "Rule";
DROP TABLE "Chain";
ALTER TABLE "new_Chain" RENAME TO "Chain";
ALTER TABLE "new_Rule" RENAME TO "Rule";
CREATE UNIQUE INDEX "Chain_position_key" ON "Chain"("position");
CREATE INDEX "Rule_jumpTable_jumpName_idx" ON "Rule"("jumpTable", "jumpName");
CREATE UNIQUE INDEX "Rule_chainTable_chainName_position_key" ON "Rule"("chainTable", "chainName", "position");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
