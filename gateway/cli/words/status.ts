import { sentences } from '../../../shared/text.ts';

/** status. */
export const say = sentences('cli.status', {
  status: { en: 'show the state of a running gateway', ja: '稼働中のゲートウェイの状態を表示' },
  configFile: {
    en: "the gateway's configuration file (default: {file})",
    ja: 'ゲートウェイの設定ファイル（既定値: {file}）',
  },
  address: {
    en: 'ask its status server at host:port instead, such as one behind a tunnel',
    ja: '設定ファイルの代わりに、状態表示サーバーのアドレス（host:port）を指定（トンネル経由など）',
  },
  exit: {
    en: 'Exit code 0: all is well. 1: something is wrong (it says what), or no gateway answers.',
    ja: '終了コード 0: 正常。1: 異常がある（内容を表示）、または応答がない。',
  },
  maintenance: {
    en: 'let devices be silent without an alarm until planned work is done',
    ja: '計画作業の間、機器が無応答でも警報を出さないようにする',
  },
  maintenanceDevice: {
    en: 'a device, or all that there are now; at a hub also a gateway: my-city/gateway-01',
    ja: '機器のid、または all（現在の全機器）。ハブではゲートウェイも指定可（my-city/gateway-01）',
  },
  maintenanceUntil: {
    en: 'when the work ends: 2026-11-30T17:00 (local time), 2026-11-30T08:00Z',
    ja: '作業の終了時刻: 2026-11-30T17:00（現地時刻）、2026-11-30T08:00Z',
  },
  maintenanceFor: { en: 'how long the work takes: 2h', ja: '作業にかかる時間: 2h' },
  maintenanceEnd: { en: 'it is done', ja: '作業を終了する' },
  maintenanceNote: {
    en: 'A restart does not end it. Afterwards a device has its whole time to report again. Readings are taken as ever.',
    ja: '再起動しても続きます。終了後は、改めて想定時間内に報告があるかを確認します。測定値は通常どおり受信します。',
  },
  maintained: {
    en: '{count} {count:device|devices} may be silent until {until}',
    ja: '{count}台の機器を{until}まで保守中とします',
  },
  gatewayMaintained: {
    en: 'gateway {name} may be silent until {until}',
    ja: 'ゲートウェイ {name} を{until}まで保守中とします',
  },
  gatewayBack: { en: 'gateway {name} is expected again', ja: 'ゲートウェイ {name} の保守を終了しました' },
  maintenanceOver: {
    en: '{count} {count:device is|devices are} expected to report again',
    ja: '{count}台の機器の保守を終了しました',
  },
  sayUntilWhen: {
    en: 'Say how long it takes: --until, --for or --end',
    ja: '--until、--for、--end のいずれかで期間を指定してください',
  },
  noTime: {
    en: '--until must be a time such as 2026-11-30T17:00, not "{word}"',
    ja: '--until は 2026-11-30T17:00 のような時刻で指定してください（「{word}」は時刻ではありません）',
  },
  pastTime: { en: '--until {word} is over already', ja: '--until {word} はすでに過ぎています' },
  noAnswer: { en: 'no gateway answers ({why})', ja: 'ゲートウェイの応答がありません（{why}）' },
  noAnswerHint: {
    en: 'Start it with: machimori run <config.toml>, or name its status address with --address',
    ja: '「machimori run <設定ファイル>」で起動するか、--address で状態表示サーバーのアドレスを指定してください',
  },
  title: {
    en: 'Gateway {gateway} ({tenant}), release {version}',
    ja: 'ゲートウェイ {gateway}（{tenant}）、リリース {version}',
  },
  runningSince: { en: 'Running since {at}', ja: '起動: {at}' },
  allIsWell: { en: 'All is well.', ja: '正常に動作しています。' },
  ports: { en: 'Ports', ja: 'ポート' },
  portOpen: { en: '{name} ({path}): open', ja: '{name}（{path}）: 接続' },
  portClosed: { en: '{name} ({path}): closed ({why})', ja: '{name}（{path}）: 切断（{why}）' },
  portCounts: {
    en: '{bytes} {bytes:byte|bytes} ({bytesAgo}), {frames} {frames:frame|frames} ({framesAgo}), {readings} {readings:reading|readings} ({readingsAgo})',
    ja: '{bytes}バイト（{bytesAgo}）、{frames}フレーム（{framesAgo}）、測定値{readings}件（{readingsAgo}）',
  },
  noRubbish: { en: '0 rubbish', ja: '不良データ0件' },
  rubbish: {
    en: '{count} rubbish ({ago}): {codes}; the last: {last}',
    ja: '不良データ{count}件（{ago}）: {codes}。直近: {last}',
  },
  codeAndCount: { en: '{code} {count}', ja: '{code} {count}件' },
  station: {
    en: 'station {station}: {frames} {frames:frame|frames} ({ago})',
    ja: '基地局 {station}: {frames}フレーム（{ago}）',
  },
  devices: { en: 'Devices', ja: '機器' },
  device: {
    en: '{id} ({type}): {readings} {readings:reading|readings} ({ago})',
    ja: '{id}（{type}）: 測定値{readings}件（{ago}）',
  },
  noReadingYet: { en: '{id} ({type}): no reading yet', ja: '{id}（{type}）: 測定値はまだありません' },
  silent: { en: 'SILENT', ja: '無応答' },
  underMaintenance: { en: 'maintenance until {until}', ja: '{until}まで保守中' },
  alarmStands: { en: 'Alarm "{alarm}" at {id}: {values}', ja: '警報「{alarm}」発令中 {id}: {values}' },
  moreAlarms: { en: '{count} more {count:alarm|alarms}', ja: '警報ほか{count}件' },
  stored: {
    en: '{count} {count:reading|readings} stored since the start',
    ja: '起動後に保存された測定値{count}件',
  },
  storedAndWaiting: {
    en: '{count} {count:reading|readings} stored since the start; the oldest batch that waits was sealed {since}',
    ja: '起動後に保存された測定値{count}件。待機中の最も古いバッチの確定: {since}',
  },
  doubtful: { en: '{values} [{quality}]', ja: '{values} ［{quality}］' },
  moreDevices: {
    en: '… and {count} more: machimori device list',
    ja: '…ほか{count}台: machimori device list',
  },
  console: { en: 'Console', ja: 'コンソール' },
  consoleOpen: { en: '{address}: open', ja: '{address}: 稼働中' },
  consoleClosed: { en: '{address}: not open ({why})', ja: '{address}: 停止中（{why}）' },
  consoleCertificate: {
    en: 'certificate (SHA-256): {fingerprint}',
    ja: '証明書（SHA-256）: {fingerprint}',
  },
  watchOver: { en: 'Watch-over', ja: '見守り' },
  operatorsList: {
    en: "operators' list {number}, until {until}: {operators} {operators:operator|operators}",
    ja: '事業者一覧 {number}（期限 {until}）: {operators}社',
  },
  tags: {
    en: 'tags: {sealed} sealed, {unlisted} of no listed operator, {dropped} dropped',
    ja: 'タグ: 暗号化 {sealed}、一覧にない事業者 {unlisted}、破棄 {dropped}',
  },
  lorawanTitle: { en: 'LoRaWAN', ja: 'LoRaWAN' },
  lorawan: {
    en: '{registered} registered, {joins} joined, {uplinks} {uplinks:uplink|uplinks}, {repeated} repeated, {answered} answered, {unanswered} not answered, {unknown} unknown, {strange} from other networks',
    ja: '登録{registered}台、ジョイン{joins}回、受信{uplinks}件、再送{repeated}件、応答{answered}件、応答不可{unanswered}件、不明{unknown}件、他ネットワーク{strange}件',
  },
  outputs: { en: 'Outputs', ja: '出力' },
  buffer: { en: 'Buffer', ja: 'バッファ' },
  bufferCounts: {
    en: '{used} of {max} MB; {open} {open:reading|readings} not sealed yet, {held} waiting for the clock; {dropped} {dropped:batch|batches} dropped',
    ja: '{max} MB中{used} MB使用。バッチ確定前の測定値{open}件、時計の同期待ち{held}件、破棄したバッチ{dropped}件',
  },
  destinations: { en: 'Destinations', ja: '送信先' },
  connected: { en: '{name}: connected, last receipt {ago}', ja: '{name}: 接続、最終受領確認 {ago}' },
  connectedWithoutReceipt: { en: '{name}: connected, no receipt yet', ja: '{name}: 接続、受領確認はまだありません' },
  disconnected: { en: '{name}: disconnected ({why})', ja: '{name}: 切断（{why}）' },
  unconfigured: { en: '{name}: no longer configured', ja: '{name}: 設定がなくなった送信先' },
  outboxCounts: {
    en: '{sealed} {sealed:batch|batches} sealed; {routine} routine and {urgent} urgent waiting, {inFlight} of them in flight; {gaps} {gaps:gap|gaps} to report; {refused} {refused:reading|readings} refused',
    ja: '確定済みバッチ{sealed}件。送信待ち: 通常{routine}件、緊急{urgent}件（うち送信中{inFlight}件）。通知待ちの欠番{gaps}件、拒否された測定値{refused}件',
  },
  never: { en: 'never', ja: 'なし' },
  secondsAgo: { en: '{seconds} s ago', ja: '{seconds}秒前' },
  minutesAgo: { en: '{minutes} min ago', ja: '{minutes}分前' },
  hoursAgo: { en: '{hours} h ago', ja: '{hours}時間前' },
  daysAgo: { en: '{days} {days:day|days} ago', ja: '{days}日前' },

  gateways: { en: 'Gateways ({count})', ja: 'ゲートウェイ（{count}台）' },
  moreGateways: { en: '… and {count} more', ja: '…ほか{count}台' },
  gatewayOnline: { en: '{name}: online', ja: '{name}: オンライン' },
  gatewayOffline: { en: '{name}: offline', ja: '{name}: オフライン' },
  gatewayUnknown: { en: '{name}: not heard yet', ja: '{name}: まだ受信がありません' },
  aHub: { en: '{name} (hub)', ja: '{name}（ハブ）' },
  gatewayHeard: {
    en: 'heard {ago}, last batch {batchAgo}',
    ja: '最終受信: {ago}、最後のバッチ: {batchAgo}',
  },
  completeness: {
    en: 'batches of the last day: {share} % have come, {missing} missing, {lost} given up',
    ja: '1日のバッチ: 受信 {share} %、未着 {missing}件、欠落 {lost}件',
  },
  lateness: {
    en: 'readings come after {p50} s (median), {p99} s (99 of 100)',
    ja: '測定から受信まで: 中央値 {p50}秒、99パーセンタイル {p99}秒',
  },
  saidGoodbye: { en: 'it was stopped, as it said', ja: '正常に停止しています' },
  gatewayClockUnset: { en: 'its clock is not set', ja: '時計が合っていません' },
  gatewayProblems: {
    en: 'it says that {count} things are wrong: see its own status',
    ja: '{count}件の異常を報告しています。そのゲートウェイの状態を確認してください',
  },
  gatewaySoftware: { en: 'runs {software}', ja: 'ソフトウェア: {software}' },
});
