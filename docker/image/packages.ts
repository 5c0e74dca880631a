/**
 * What of Debian goes into the image. Packages are unpacked, never configured: no maintainer script runs, so a build needs no
 * emulator for the other architecture and no mounts. What those scripts would have done that a router needs is in rootfs.ts.
 */
import type { Arch } from './arch.ts'

/** Dependencies come along; packages that Debian calls essential do not, unless they are named. */
const SYSTEM = [
  'base-files',
  'netbase',
  'tzdata',
  'libc-bin',
  'libstdc++6',
  'dash',
  'coreutils',
  'util-linux',
  'mount',
  'fdisk',
  'e2fsprogs',
  'dosfstools',
  'procps',
  'findutils',
  'grep',
  'sed',
  'gzip',
  'hostname',
  'systemd-sysv',
  'udev',
  'kmod',
  'busybox-static',
  'ca-certificates',
]
/** The daemons, and the tools that the dataplane calls. */
const ROUTER = [
  'iproute2',
  'ethtool',
  'iputils-ping',
  'dnsmasq-base',
  'dhcpcd-base',
  'ppp',
  // slattach, of which alone it is here
  'net-tools',
  'chrony',
  'unbound',
  'libbpf1',
  'openssh-server',
]
/** Of this one only what network cards ask for stays. */
const FIRMWARE = ['firmware-realtek']

export const KEPT: Record<Arch, string[]> = {
  amd64: [...SYSTEM, ...ROUTER, ...FIRMWARE, 'linux-image-amd64'],
  arm64: [...SYSTEM, ...ROUTER, ...FIRMWARE, 'linux-image-arm64'],
}

/** What starts the kernel: goes on the boot partition, not into the root. */
export const BOOT: Record<Arch, string[]> = {
  amd64: ['grub-pc-bin', 'grub-common', 'grub-efi-amd64-bin'],
  arm64: ['grub-efi-arm64-bin', 'raspi-firmware'],
}

/** What came along and no router needs; paths, `*` for any part of one name. */
export const REMOVED = [
  'usr/share/{doc,man,info,locale,lintian,bug,bash-completion,fish,zsh,perl5,debconf,pixmaps,mime,java,maven-repo,metainfo,munin,apport,grub,initramfs-tools,doc-base,gdb,gcc,polkit-1,dbus-1,base-passwd,menu,applications,readline,nano}',
  'usr/lib/{python3.13,python3,grub,valgrind,initramfs-tools,shim,git-core,apt,dpkg,cgi-bin,ucf,mime}',
  'usr/bin/{perl*,debconf*,dpkg*,ucf*,grub-*,mokutil,mt-gnu,rmt*,busctl,systemd-cgtop,gettext*,ngettext,envsubst,deb-systemd-*,linux-*,lsinitramfs,unmkinitramfs,sensible-*,select-editor,openssl,c_rehash}',
  'usr/sbin/{grub-*,mkinitramfs,update-*,adduser,addgroup,deluser,delgroup,dpkg-*,invoke-rc.d,pam-auth-update,e2scrub*,tarcat}',
  'usr/bin/netstat',
  'usr/sbin/{arp,ifconfig,ipmaddr,iptunnel,mii-tool,nameif,plipconfig,rarp,route}',
  'etc/{cron.d,cron.daily,apt,dpkg,init.d,rc0.d,rc1.d,rc2.d,rc3.d,rc4.d,rc5.d,rc6.d,rcS.d,initramfs-tools,kernel,grub.d,ufw,python3.13,insserv.conf.d,logrotate.d,apparmor.d,bash_completion.d,emacs,mime.types,debconf.conf,adduser.conf,deluser.conf,ucf.conf,update-motd.d,dhcp,dhcpcd.conf}',
  'usr/lib/systemd/system-generators/{systemd-gpt-auto-generator,systemd-getty-generator,systemd-sysv-generator,systemd-ssh-generator,systemd-rc-local-generator,systemd-hibernate-resume-generator,systemd-tpm2-generator,systemd-system-update-generator}',
  'usr/lib/systemd/{systemd-logind,systemd-networkd*,systemd-hostnamed,systemd-localed,systemd-timedated,systemd-homed,systemd-userdbd,systemd-export,systemd-sysupdate,boot}',
  'usr/lib/tmpfiles.d/{systemd-network,provision,credstore,home,journal-nocow,legacy,20-*,openssh-client,passwd,x11}.conf',
  'usr/lib/linux-image-*',
  'usr/lib/raspi-firmware',
  'usr/lib/udev/hwdb.d',
  'usr/lib/modules/*/build',
  'usr/lib/modules/*/source',
  'var/*',
  'boot/*',
]
