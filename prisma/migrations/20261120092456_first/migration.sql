-- CreateTable
CREATE TABLE "Administrator" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "passwordChangedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL PRIMARY KEY,
    "administratorId" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "address" TEXT NOT NULL,
    CONSTRAINT "Session_administratorId_fkey" FOREIGN KEY ("administratorId") REFERENCES "Administrator" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "LoginAttempt" (
    "subject" TEXT NOT NULL PRIMARY KEY,
    "failures" INTEGER NOT NULL,
    "lastFailureAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Dns" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "localDomain" TEXT NOT NULL,
    "cacheSize" INTEGER NOT NULL,
    "rebindProtection" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "DnsUpstream" (
    "position" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "server" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "DnsDomain" (
    "domain" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "DnsDomainServer" (
    "domainName" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "server" TEXT NOT NULL,

    PRIMARY KEY ("domainName", "position"),
    CONSTRAINT "DnsDomainServer_domainName_fkey" FOREIGN KEY ("domainName") REFERENCES "DnsDomain" ("domain") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "DnsHost" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "address" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "DnsRebindAllow" (
    "position" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "domain" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Interface" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "role" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Ports" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    "counting" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Revision" (
    "number" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "author" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "noun" TEXT NOT NULL,
    "summary" JSONB NOT NULL,
    "diff" JSONB NOT NULL,
    "snapshot" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "Chain" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "policy" TEXT
);

-- CreateTable
CREATE TABLE "Rule" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
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
    "inInterface" TEXT,
    "inInterfaceInverted" BOOLEAN,
    "outInterface" TEXT,
    "outInterfaceInverted" BOOLEAN,
    "fragmentInverted" BOOLEAN,
    "tcpFlagsMask" INTEGER,
    "tcpFlagsSet" INTEGER,
    "tcpFlagsInverted" BOOLEAN,
    "connection" TEXT,
    "verdict" TEXT,
    "jumpName" TEXT,
    CONSTRAINT "Rule_chainName_fkey" FOREIGN KEY ("chainName") REFERENCES "Chain" ("name") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Rule_jumpName_fkey" FOREIGN KEY ("jumpName") REFERENCES "Chain" ("name") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RuleIdCounter" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "next" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "Timeouts" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "tcp" INTEGER NOT NULL,
    "tcpfin" INTEGER NOT NULL,
    "udp" INTEGER NOT NULL,
    "icmp" INTEGER NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Administrator_name_key" ON "Administrator"("name");

-- CreateIndex
CREATE INDEX "Session_administratorId_idx" ON "Session"("administratorId");

-- CreateIndex
CREATE INDEX "LoginAttempt_lastFailureAt_idx" ON "LoginAttempt"("lastFailureAt");

-- CreateIndex
CREATE UNIQUE INDEX "DnsDomain_position_key" ON "DnsDomain"("position");

-- CreateIndex
CREATE UNIQUE INDEX "DnsHost_position_key" ON "DnsHost"("position");

-- CreateIndex
CREATE UNIQUE INDEX "Interface_position_key" ON "Interface"("position");

-- CreateIndex
CREATE UNIQUE INDEX "Chain_position_key" ON "Chain"("position");

-- CreateIndex
CREATE INDEX "Rule_jumpName_idx" ON "Rule"("jumpName");

-- CreateIndex
CREATE UNIQUE INDEX "Rule_chainName_position_key" ON "Rule"("chainName", "position");
