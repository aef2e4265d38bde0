import { sentences } from '../../shared/text.ts';

export const say = sentences('machine', {
  packageMissing: {
    en: 'the {count:package|packages} {names} {count:is|are} not installed',
    ja: 'パッケージ {names} がインストールされていません',
  },
  installPackage: { en: 'Run: npm install {install}', ja: '次を実行してください: npm install {install}' },
  unwritable: { en: 'it cannot be written ({why})', ja: '書き込めません（{why}）' },
  diskFull: {
    en: 'The disk or stick is full: free space on it or take a larger one, then run the command again',
    ja: 'ディスクまたはUSBメモリーがいっぱいです。空きを増やすか、容量の大きいものに替えて、もう一度コマンドを実行してください',
  },
  fileTooBig: {
    en: 'Its file system does not take files this large: format the stick as exFAT or ext4',
    ja: 'このファイルシステムでは、この大きさのファイルを扱えません。USBメモリーをexFATまたはext4でフォーマットしてください',
  },
  writeProtected: {
    en: 'The disk or stick is write-protected',
    ja: 'ディスクまたはUSBメモリーが書き込み禁止になっています',
  },
  mayNotWrite: { en: 'This user may not write there', ja: 'このユーザーには、そこへの書き込み権限がありません' },
  noFolder: {
    en: 'The folder does not exist: check the path, and that the stick is plugged in and mounted',
    ja: 'フォルダーがありません。パスと、USBメモリーが差し込まれてマウントされているかを確認してください',
  },
  notFile: { en: 'it is a folder or a device', ja: 'フォルダーまたはデバイスです' },
  isFolder: {
    en: 'Name a file, not a folder or a device',
    ja: 'フォルダーやデバイスではなく、ファイルを指定してください',
  },
  stickBroken: {
    en: 'The stick was pulled out or is broken: plug it in again, or take another, then run the command again',
    ja: 'USBメモリーが抜かれたか、故障しています。差し直すか別のものに替えて、もう一度コマンドを実行してください',
  },
  stickGone: {
    en: 'The stick was pulled out: plug it in again, then run the command again',
    ja: 'USBメモリーが抜かれました。差し直して、もう一度コマンドを実行してください',
  },
  noOpenssl: {
    en: 'the program openssl, which makes certificates, is not installed here',
    ja: '証明書を作成するプログラム openssl がインストールされていません',
  },
  installOpenssl: { en: 'Run: apt-get install openssl', ja: '次を実行してください: apt-get install openssl' },
  opensslFailed: { en: 'openssl {verb} failed ({why})', ja: 'openssl {verb} が失敗しました（{why}）' },
  checkOpenssl: {
    en: 'Check the files there, the disk, and that openssl is version 1.1.1 or later (openssl version)',
    ja: 'そこにあるファイル、ディスク、openssl が1.1.1以降であること（openssl version）を確認してください',
  },
  busy: { en: 'another command is changing it', ja: '別のコマンドが変更中です' },
  tryLater: {
    en: 'Run the command again when the other one is done',
    ja: 'そのコマンドが終わってから、もう一度実行してください',
  },
  checkDisk: {
    en: 'Check the disk or stick, then run the command again',
    ja: 'ディスクまたはUSBメモリーを点検して、もう一度コマンドを実行してください',
  },
});
