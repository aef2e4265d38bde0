import { sentences } from '../../shared/text.ts';

export const say = sentences('setup', {
  oneEnrolment: {
    en: 'it holds {count} {count:enrolment|enrolments}, and one is needed',
    ja: '登録ファイル（.enrolment）が{count}個あります。必要なのは1個です',
  },
  enrolFirst: {
    en: 'Make it at the hub: machimori gateway enrol <config> <tenant>/<gateway> --stick <folder>',
    ja: 'ハブで作成してください: machimori gateway enrol <設定ファイル> <テナント>/<ゲートウェイ> --stick <フォルダー>',
  },
  ownFile: { en: 'the box makes this file itself', ja: 'この名前のファイルは機器が自動で作成します' },
  moveFile: {
    en: 'Put gateway.toml and the enrolment beside files/, not into it, and give others another name',
    ja: 'gateway.toml と登録ファイルは files/ の中ではなく隣に置き、ほかのファイルは別の名前にしてください',
  },
  notReleaseKey: { en: 'it is no public key for releases', ja: 'リリース用の公開鍵ではありません' },
  makeReleaseKey: {
    en: 'A public key is made with: openssl pkey -in <private key> -pubout, from an Ed25519 key',
    ja: '公開鍵は、Ed25519の秘密鍵から次のコマンドで作れます: openssl pkey -in <秘密鍵> -pubout',
  },
  notHostname: { en: 'it is no host name', ja: 'ホスト名として使えません' },
  notTimeZone: { en: 'it is no time zone of this box', ja: 'この機器にないタイムゾーンです' },
  writeTimeZone: { en: 'Write one such as Asia/Tokyo', ja: 'Asia/Tokyo のように書いてください' },
  writeOneLine: {
    en: 'Write one line: a name of letters, digits and hyphens; a time zone such as Asia/Tokyo',
    ja: '1行で書いてください（名前は英数字とハイフン、タイムゾーンはAsia/Tokyoなど）',
  },
  notRead: { en: 'nobody would read it', ja: 'この名前のファイルは読み込まれません' },
  nameIt: { en: 'Name it {name}', ja: '{name} という名前にしてください' },
  nameNetwork: {
    en: 'Name it *.nmconnection for NetworkManager, or *.network for systemd-networkd',
    ja: 'NetworkManager用は *.nmconnection、systemd-networkd用は *.network という名前にしてください',
  },
  notHost: { en: '"{name}" is no host or address', ja: '「{name}」はホスト名・アドレスではありません' },
  writeHosts: { en: 'Write one to a line', ja: '1行に1つずつ書いてください' },
  tooManyFiles: { en: 'it holds more than {max} files', ja: 'ファイルが{max}個を超えています' },
  fileTooLarge: { en: 'it has {bytes} bytes; {max} are allowed', ja: '{bytes}バイトあります。上限は{max}バイトです' },
  leaveOut: { en: 'Leave out what the box does not need', ja: '不要なものを除いてください' },
  tryAnotherStick: { en: 'Try another stick', ja: '別のUSBメモリーを試してください' },
  alreadySetUp: { en: 'this box has been set up', ja: 'この機器は設定済みです' },
  removeMark: {
    en: 'To set it up anew on purpose: sudo rm {mark}, then again',
    ja: '意図して設定し直す場合は、sudo rm {mark} の後でもう一度実行してください',
  },
});
