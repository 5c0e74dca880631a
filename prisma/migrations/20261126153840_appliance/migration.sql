-- Warning: table Dns is rebuilt: check that no column is lost
-- CreateTable
CREATE TABLE "Access" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "ssh" BOOLEAN NOT NULL,
    "keys" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "Dhcp" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "leaseSeconds" INTEGER NOT NULL,
    "dnsServers" JSONB NOT NULL,
    "ntpServers" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "DhcpReservation" (
    "mac" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "address" TEXT,
    "name" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "DnsTlsServer" (
    "position" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "DnsBlocklist" (
    "url" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "DnsBlockAllow" (
    "position" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "domain" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Internet" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "use" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "InternetConnection" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "when" TEXT NOT NULL,
    "idleSeconds" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "hostname" TEXT,
    "mac" TEXT,
    "address" TEXT,
    "bits" INTEGER,
    "gateway" TEXT,
    "dnsServers" JSONB,
    "user" TEXT,
    "password" TEXT,
    "service" TEXT,
    "mtu" INTEGER,
    "device" TEXT,
    "speed" INTEGER,
    "phone" TEXT,
    "chat" JSONB
);

-- CreateTable
CREATE TABLE "Dialer" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" INTEGER NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "connections" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "Lan" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "addressing" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "bits" INTEGER NOT NULL,
    "name" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Time" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "servers" JSONB NOT NULL,
    "serve" BOOLEAN NOT NULL,
    "zone" TEXT NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Dns" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "localDomain" TEXT NOT NULL,
    "cacheSize" INTEGER NOT NULL,
    "rebindProtection" BOOLEAN NOT NULL,
    "transport" TEXT NOT NULL DEFAULT 'plain'
);
INSERT INTO "new_Dns" ("cacheSize", "enabled", "id", "localDomain", "rebindProtection") SELECT "cacheSize", "enabled", "id", "localDomain", "rebindProtection" FROM "Dns";
DROP TABLE "Dns";
ALTER TABLE "new_Dns" RENAME TO "Dns";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "DhcpReservation_position_key" ON "DhcpReservation"("position");

-- CreateIndex
CREATE UNIQUE INDEX "DnsBlocklist_position_key" ON "DnsBlocklist"("position");

-- CreateIndex
CREATE UNIQUE INDEX "InternetConnection_position_key" ON "InternetConnection"("position");

-- CreateIndex
CREATE UNIQUE INDEX "Dialer_position_key" ON "Dialer"("position");
