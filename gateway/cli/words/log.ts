import { sentences } from '../../../shared/text.ts';

export const say = sentences('cli.log', {
  log: { en: "show the gateway's log", ja: 'ゲートウェイのログを表示' },
  level: {
    en: 'debug, info, warn or error, and what is worse',
    ja: 'debug、info、warn、error のいずれか（それ以上を表示）',
  },
  about: { en: 'only about this port, device or destination', ja: 'このポート、機器、送信先に関するものだけ' },
  since: { en: 'as journalctl takes it: "1 hour ago"', ja: 'journalctlの書き方で指定（例: "1 hour ago"）' },
  follow: { en: 'go on with what comes', ja: '新しい行を待って表示し続ける' },
  file: {
    en: 'a log file, or - for standard input, instead of journald',
    ja: 'journaldの代わりにログファイルを読む（- は標準入力）',
  },
  logNote: {
    en: 'Times are of this machine’s zone. ✗ data were lost or help is needed, △ recovered without loss. What the gateway logs is in English.',
    ja: '時刻はこの機器のタイムゾーンです。✗ データの損失、または対応が必要。△ 損失なく回復。ログの内容は英語です。',
  },
  support: {
    en: 'write a text that tells how this box is, for whoever helps',
    ja: 'サポート担当に送る、機器の状態のまとめを作成',
  },
  out: {
    en: 'where to (default: machimori-support-….txt here)',
    ja: '出力先（既定値: このフォルダーの machimori-support-….txt）',
  },
  supportNote: {
    en: 'Passwords, keys, tokens, tags and Bluetooth addresses are left out. Places of devices are in it: look through it before you send it.',
    ja: 'パスワード、鍵、トークン、タグ、Bluetoothアドレスは含まれません。機器の設置場所は含まれます。送る前に内容を確認してください。',
  },
  written: {
    en: 'Written: {file}. Look through it before you send it.',
    ja: '作成しました: {file}。送る前に内容を確認してください。',
  },
  nothing: { en: 'Nothing like it is in the log.', ja: '該当するログはありません。' },
  unreadable: { en: 'the log cannot be read ({why})', ja: 'ログを読めません（{why}）' },
  noJournal: { en: 'journald cannot be asked ({why})', ja: 'journaldに問い合わせられません（{why}）' },
  nameFile: {
    en: 'Name the log file with --file, or use sudo',
    ja: '--file でログファイルを指定するか、sudoを付けてください',
  },
});
