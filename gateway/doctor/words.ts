import { sentences } from '../../shared/text.ts';

export const say = sentences('doctor', {
  powerGood: { en: 'the supply is good', ja: '電源は正常です' },
  powerUnknown: { en: 'this machine does not tell of its supply', ja: 'この機器からは電源の状態がわかりません' },
  undervoltage: { en: 'the supply voltage is too low now', ja: '電源電圧が低下しています' },
  wasUndervoltage: {
    en: 'the supply voltage was too low since the last boot',
    ja: '起動後に電源電圧が低下したことがあります',
  },
  betterSupply: {
    en: 'Use the power supply of the board’s maker, a short thick cable, and fewer devices on USB',
    ja: '純正の電源と短く太いケーブルを使い、USBにつなぐ機器を減らしてください',
  },
  throttled: { en: 'the processor is slowed down', ja: '処理速度が制限されています' },
  heat: { en: '{celsius} °C', ja: '温度は{celsius} °Cです' },
  heatUnknown: { en: 'this machine does not tell its temperature', ja: 'この機器からは温度がわかりません' },
  coolIt: { en: 'Let air at it, or give it a heat sink', ja: '風通しを良くするか、ヒートシンクを付けてください' },
  memory: { en: '{free} MB of memory are free', ja: '空きメモリーは{free} MBです' },
  memoryUnknown: { en: 'this machine does not tell of its memory', ja: 'この機器からはメモリーの状態がわかりません' },
  freeMemory: { en: 'End other programs on this box', ja: 'この機器で動くほかのプログラムを止めてください' },

  noFolder: {
    en: '{folder} is not there yet; the gateway makes it when it first starts',
    ja: '{folder} はまだありません。最初の起動時に作られます',
  },
  folderUnreadable: { en: '{folder} cannot be looked at ({why})', ja: '{folder} を調べられません（{why}）' },
  writable: { en: '{folder} can be written', ja: '{folder} に書き込めます' },
  readOnly: {
    en: '{folder} is on a disk that is mounted read-only, as after a fault',
    ja: '{folder} のあるディスクが読み取り専用です（故障のあとに起こります）',
  },
  mayNotWrite: { en: '{folder} may not be written by this user', ja: 'このユーザーでは {folder} に書き込めません' },
  asItsUser: {
    en: 'Run the command as the user of the gateway, or with sudo',
    ja: 'ゲートウェイのユーザーで、またはsudoを付けて実行してください',
  },
  replaceCard: {
    en: 'Back up, and replace the card or disk soon',
    ja: 'バックアップを取り、早めにカードまたはディスクを交換してください',
  },
  space: { en: '{free} of {total} MB are free', ja: '空き {free} MB（全体 {total} MB）' },
  noInodes: { en: 'there is hardly room for another file', ja: '作成できるファイルの数が残りわずかです' },
  makeRoom: {
    en: 'Delete what is not needed, or use a larger disk',
    ja: '不要なファイルを消すか、大きなディスクに替えてください',
  },
  noDiskFaults: { en: 'the file system has met no fault', ja: 'ファイルシステムの異常はありません' },
  diskFaults: { en: 'the file system has met {count} faults', ja: 'ファイルシステムの異常が{count}件あります' },
  wear: { en: 'the memory is worn by up to {percent} %', ja: 'メモリーの消耗は最大{percent}%です' },

  clockSet: { en: 'set by {by}', ja: '{by} により同期しています' },
  clockOff: { en: 'set by {by}, {off} ms off', ja: '{by} により同期しています（誤差{off} ms）' },
  clockNotSet: { en: 'the clock has not been set', ja: '時計が未同期です' },
  clockUnknown: {
    en: 'no time service is found here that tells whether the clock is set',
    ja: '時刻同期の状態を確認できる時刻サービスがありません',
  },
  letTimeThrough: {
    en: 'Let the box reach a time server (UDP port 123), or connect a GPS receiver',
    ja: '時刻サーバー（UDPポート123）に届くようにするか、GPS受信機をつないでください',
  },

  lineGood: { en: '{path} is there and may be used', ja: '{path} は使用できます' },
  noLine: { en: '{path} is not there ({why})', ja: '{path} がありません（{why}）' },
  plugIn: {
    en: 'Plug it in, or write the path that ls -l /dev/serial/by-id shows',
    ja: '機器をつなぐか、「ls -l /dev/serial/by-id」に表示されるパスを設定してください',
  },
  lineDenied: { en: '{user} may not use {path}', ja: '{user} には {path} を使う権限がありません' },
  joinGroup: {
    en: 'sudo usermod -aG dialout {user}, then restart the gateway',
    ja: '「sudo usermod -aG dialout {user}」を実行し、ゲートウェイを再起動してください',
  },

  resolves: { en: '{host} is {address}', ja: '{host} は {address} です' },
  doesNotResolve: { en: '{host} cannot be looked up ({why})', ja: '{host} の名前解決ができません（{why}）' },
  checkNameServer: {
    en: 'Check the spelling, the network and the name server (resolvectl status)',
    ja: '綴り、ネットワーク、DNSサーバー（resolvectl status）を確認してください',
  },

  releaseKeys: {
    en: 'releases signed by {count} {count:key|keys} are taken',
    ja: '{count}個の公開鍵のいずれかで署名されたリリースを受け入れます',
  },
  keyPassedOver: { en: '{file} is passed over: {what}', ja: '{file} は使われていません: {what}' },

  notRunning: { en: 'no gateway is running here', ja: 'ゲートウェイが稼働していません' },
  startIt: { en: 'Start it: systemctl start machimori', ja: '起動してください: systemctl start machimori' },
  running: { en: 'release {version} runs since {since}', ja: 'リリース{version}が {since} から稼働しています' },
  otherRelease: {
    en: 'release {running} runs, {installed} is installed',
    ja: '稼働中は{running}、インストール済みは{installed}です',
  },
  restartIt: { en: 'Restart it: systemctl restart machimori', ja: '再起動してください: systemctl restart machimori' },
  seeStatus: { en: 'See: machimori status', ja: '「machimori status」で確認してください' },
  noReceiptYet: { en: 'none has come since the gateway started', ja: '起動後、まだ受領通知が届いていません' },
  lastReceipt: { en: 'the last came at {at}', ja: '最後の受領通知は {at} です' },
  lookAtCityOs: {
    en: 'If this lasts, ask the operator of the city OS',
    ja: '続く場合は都市OSの運用者に問い合わせてください',
  },
  station: { en: 'station {station}, last heard at {at}', ja: '基地局 {station}、最後の通信は {at}' },

  credentialsGood: {
    en: 'no certificate or token ends within 30 days',
    ja: '30日以内に期限を迎える証明書やトークンはありません',
  },
  renew: { en: 'Renew it before then', ja: '期限までに更新してください' },
  node: { en: 'runs on Node.js {version}', ja: 'Node.js {version} で動いています' },
  nodeOld: { en: 'Node.js {version} gets no more corrections', ja: 'Node.js {version} はサポートが終了しています' },
  updateNode: { en: 'Update to Node.js 22', ja: 'Node.js 22に更新してください' },
  nodeAborts: {
    en: 'Node.js {version} ends the gateway now and then: SQLite’s module does not suit it',
    ja: 'Node.js {version} ではSQLiteのモジュールが適合せず、ゲートウェイが異常終了することがあります',
  },
  takeEarlierNode: { en: 'Take Node.js 22, or 24 up to 24.18', ja: 'Node.js 22、または24.18までの24を使ってください' },
  goodLine: { en: '✓ {about}: {what}', ja: '✓ {about}: {what}' },
  unknownLine: { en: '? {about}: {what}', ja: '? {about}: {what}' },
  doubtfulLine: { en: '△ {about}: {what}. {mend}', ja: '△ {about}: {what}。{mend}' },
  badMendLine: { en: '✗ {about}: {what}. {mend}', ja: '✗ {about}: {what}。{mend}' },
  badLine: { en: '✗ {about}: {what}', ja: '✗ {about}: {what}' },
});
