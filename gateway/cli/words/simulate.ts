import { sentences } from '../../../shared/text.ts';

/** simulate, demo. */
export const say = sentences('cli.simulate', {
  simulate: {
    en: 'run a simulated device on a pseudo-terminal or TCP port and print its path',
    ja: '模擬機器を疑似端末またはTCPポートで動かし、そのパスを表示',
  },
  simulateType: { en: 'what to simulate', ja: '模擬する機器の種類' },
  deviceTypes: { en: 'Device types: {types}.', ja: '機器の種類: {types}。' },
  cityOs: {
    en: "Also: city-os takes a gateway's feed and answers (--tcp PORT, --file SQLITE); it prints its address.",
    ja: 'ほかに city-os: ゲートウェイのデータを受け取って応答する都市OS（--tcp PORT、--file SQLITE）。アドレスを表示します。',
  },
  lorawan: {
    en: 'Also: lorawan, a city of LoRaWAN devices behind LoRa gateways, which speak to --udp HOST:PORT, --station URL, or half of them to each; see --gateways, --devices, --per-second, --csv and --profile.',
    ja: 'ほかに lorawan: 基地局とLoRaWAN機器からなる街。基地局は --udp HOST:PORT か --station URL に接続します（両方を指定すると半数ずつ）。--gateways、--devices、--per-second、--csv、--profile も指定できます。',
  },
  webTable: {
    en: 'web-table is a web server with river levels and shelters, which change every ten seconds (--tcp PORT); it prints the addresses of its pages.',
    ja: 'web-table は、河川水位と避難所のページを持つWebサーバーです（--tcp PORT）。10秒ごとに内容が変わります。ページのアドレスを表示します。',
  },
  askedFor: { en: '{count} {count:request|requests} answered', ja: '{count}件のリクエストに応答しました' },
  optionLink: {
    en: 'stable symbolic link to the pseudo-terminal, like /dev/serial/by-id/…',
    ja: '疑似端末への固定のシンボリックリンク（/dev/serial/by-id/… のように使う）',
  },
  optionTcp: {
    en: 'a serial server on 127.0.0.1 instead; 0 takes any free port',
    ja: '疑似端末の代わりに127.0.0.1のTCPポートを使う（0は空きポート）',
  },
  optionSimulateSeconds: {
    en: 'end after this many seconds and print what was sent (default: at Ctrl-C)',
    ja: '指定秒数で終了し、送信した件数を表示（既定値: Ctrl-Cまで）',
  },
  optionSeed: { en: 'the same seed gives the same run', ja: '乱数の種（同じ種なら同じ動作）' },
  optionTimeScale: {
    en: 'seconds of flood and crowd for each second',
    ja: '洪水と人出の進む速さ（1秒あたりの秒数）',
  },
  optionWindow: {
    en: 'detectors: window of a sighting, as the gateway has it',
    ja: '検知器: 検知の集計時間（ゲートウェイの設定に合わせる）',
  },
  optionFile: { en: 'city-os: its database', ja: 'city-os: データベースのファイル' },
  optionUdp: { en: 'lorawan: address of a packet forwarder port', ja: 'lorawan: UDPパケットフォワーダーの接続先' },
  optionStation: { en: 'lorawan: URL for Basics Station', ja: 'lorawan: Basics Stationの接続先URL' },
  optionGateways: { en: 'lorawan: LoRa gateways', ja: 'lorawan: 基地局の数' },
  optionDevices: { en: 'lorawan: devices', ja: 'lorawan: 機器の数' },
  optionPerSecond: { en: 'lorawan: uplinks a second', ja: 'lorawan: 毎秒のアップリンク数' },
  optionCsv: {
    en: 'lorawan: write its devices here, for machimori device add --import',
    ja: 'lorawan: 機器の一覧の書き出し先（machimori device add --import 用）',
  },
  optionProfile: { en: 'lorawan: profile that the list names', ja: 'lorawan: 一覧に書くプロファイル名' },
  optionNoise: { en: 'fault: noise before a frame, probability', ja: '障害: フレーム前の雑音（確率）' },
  optionTruncate: { en: 'fault: frame cut short, probability', ja: '障害: フレームの途切れ（確率）' },
  optionCorrupt: { en: 'fault: frame corrupted, probability', ja: '障害: フレームの破損（確率）' },
  optionSilence: { en: 'fault: silent from second to second', ja: '障害: 無通信（開始秒:終了秒）' },
  optionUnplug: { en: 'fault: unplugged at a second for a number of seconds', ja: '障害: 抜線（開始秒:継続秒数）' },
  optionClockJump: { en: 'fault: its clock jumps at a second by ms', ja: '障害: 時計の飛び（発生秒:ミリ秒）' },
  optionPowerCycle: { en: 'fault: loses its power at a second', ja: '障害: 電源断（発生秒）' },
  noSimulator: {
    en: 'There is no simulator "{name}"; there are: {known}',
    ja: '「{name}」の模擬機器はありません。使える種類: {known}',
  },
  noServer: {
    en: 'Say where the network server is: --udp HOST:PORT or --station URL',
    ja: 'ネットワークサーバーの場所を --udp HOST:PORT または --station URL で指定してください',
  },
  noProbability: {
    en: '{option} must be a probability from 0 to 1',
    ja: '{option} には0から1までの確率を指定してください',
  },
  noPair: { en: '{option} must be two numbers: 10:30', ja: '{option} は「10:30」のように2つの数で指定してください' },
  sent: { en: '{id}: sent {counts}', ja: '{id}: 送信 {counts}' },
  stored: { en: 'city-os: stored {counts}', ja: 'city-os: 保存 {counts}' },
  cityBegins: {
    en: 'lorawan: {devices} {devices:device|devices} behind {gateways} LoRa {gateways:gateway|gateways} join, and send as soon as they have (Ctrl-C ends it)',
    ja: 'lorawan: 基地局{gateways}台、機器{devices}台。機器はジョインできたものから送信します（Ctrl-Cで終了）',
  },
  cityGoesOn: {
    en: 'lorawan: {joined} of {all} joined ({joinRequests} {joinRequests:request|requests}), {uplinks} {uplinks:uplink|uplinks}, {acknowledged} acknowledged',
    ja: 'lorawan: ジョイン済み{joined}/{all}台（要求{joinRequests}回）、アップリンク{uplinks}件、確認応答{acknowledged}件',
  },
  nobodyJoins: {
    en: 'lorawan: nobody has joined yet. Does the gateway run at this address, and are the devices registered? --csv FILE writes their list, for: machimori device add <config.toml> --import FILE',
    ja: 'lorawan: まだ1台もジョインできません。この接続先でゲートウェイが動いているか、機器が登録されているかを確かめてください。--csv で機器の一覧を書き出し、machimori device add <設定ファイル> --import で登録できます',
  },

  demo: {
    en: 'a small simulated city on this machine: devices, gateway and city OS in a live table',
    ja: 'このマシン上の小さな模擬都市（機器・ゲートウェイ・都市OS）を表で表示',
  },
  optionDemoSeconds: {
    en: 'end after this many seconds (default: at Ctrl-C)',
    ja: '指定秒数で終了（既定値: Ctrl-Cまで）',
  },
  optionOutage: {
    en: 'cut the city OS off from one second to another',
    ja: '都市OSとの回線を切断する区間（開始秒:終了秒）',
  },
  optionDemoJson: {
    en: 'print one JSON line at the end: what was sent and what the city OS stored',
    ja: '終了時に送信数と都市OSの保存数をJSON（1行）で出力',
  },
  optionKeep: {
    en: "keep the folder with the configuration, the buffer, the log and the city OS's database",
    ja: '設定・バッファ・ログ・都市OSのデータベースのフォルダーを残す',
  },
  demoExit: {
    en: 'Exit code 0: nothing was lost or duplicated. 1: something was.',
    ja: '終了コード 0: 欠落も重複もない。1: 欠落または重複がある。',
  },
  badOutage: {
    en: '--outage must be FROM:TO, such as 10:30',
    ja: '--outage は「10:30」のように開始秒:終了秒で指定してください',
  },
  outageEnds: { en: '--outage must end after it began', ja: '--outage の終了秒は開始秒より後にしてください' },
  noTerminals: {
    en: 'There are no pseudo-terminals here; the devices are on TCP ports instead.',
    ja: '疑似端末が使えないため、模擬機器をTCPポートで動かします。',
  },
  kept: { en: 'Kept: {directory}', ja: '保存先: {directory}' },
  title: { en: 'Machimori demo (Ctrl-C ends it)', ja: 'Machimori 街守り デモ（Ctrl-Cで終了）' },
  deviceColumn: { en: 'device', ja: '機器' },
  valuesColumn: { en: 'last reading', ja: '最新の測定値' },
  ageColumn: { en: 'age', ja: '経過' },
  countColumn: { en: 'count', ja: '件数' },
  noAge: { en: '–', ja: '–' },
  alarmed: { en: '▲ {alarm}: {values}', ja: '▲ {alarm}: {values}' },
  waiting: { en: 'waiting', ja: '待機中' },
  seconds: { en: '{seconds} s', ja: '{seconds}秒' },
  bufferRow: { en: 'buffer', ja: 'バッファ' },
  bufferFacts: {
    en: '{size} kB, {open} {open:reading|readings} not sealed yet, {waiting} {waiting:batch|batches} waiting, {commits} {commits:commit|commits}',
    ja: '{size} kB、確定前{open}件、送信待ちバッチ{waiting}件、書き込み{commits}回',
  },
  linkRow: { en: 'link', ja: '回線' },
  connected: { en: 'connected', ja: '接続中' },
  disconnected: { en: 'disconnected ({why})', ja: '切断中（{why}）' },
  cityRow: { en: 'city OS', ja: '都市OS' },
  cityFacts: {
    en: '{stored} stored, {repeated} repeated, {missing} missing, {alarms} {alarms:alarm|alarms}',
    ja: '保存{stored}件、再送{repeated}件、未着{missing}件、警報{alarms}件',
  },
  kindColumn: { en: 'kind', ja: '種別' },
  sentColumn: { en: 'sent', ja: '送信' },
  storedColumn: { en: 'stored', ja: '保存' },
  outcome: {
    en: '{lost} lost, {duplicated} duplicated, {alarms} {alarms:alarm|alarms}',
    ja: '欠落{lost}件、重複{duplicated}件、警報{alarms}件',
  },

  optionCity: {
    en: 'three municipalities with a gateway each, a hub, an archive and a context broker, which is the one that is away',
    ja: '3つの自治体のゲートウェイとハブ、アーカイブ、コンテキストブローカーを動かす（停止するのはブローカー）',
  },
  regionTitle: {
    en: 'Machimori demo: three municipalities and a hub (Ctrl-C ends it)',
    ja: 'Machimori 街守り デモ: 3つの自治体とハブ（Ctrl-Cで終了）',
  },
  gatewayColumn: { en: 'gateway', ja: 'ゲートウェイ' },
  waitingColumn: { en: 'batches waiting', ja: '送信待ちバッチ' },
  alarmsColumn: { en: 'alarms', ja: '警報' },
  archiveRow: { en: 'archive', ja: 'アーカイブ' },
  archiveFacts: {
    en: '{stored} {stored:reading|readings}, {waiting} {waiting:batch|batches} waiting',
    ja: '測定値{stored}件、送信待ちバッチ{waiting}件',
  },
  brokerRow: { en: 'context broker', ja: 'コンテキストブローカー' },
  brokerFacts: {
    en: '{entities} {entities:entity|entities}, {waiting} {waiting:batch|batches} waiting',
    ja: 'エンティティ{entities}件、送信待ちバッチ{waiting}件',
  },
  away: { en: 'away', ja: '停止中' },
  regionOutcome: {
    en: '{sentReadings} readings were sent, {archived} archived, {lost} lost, {duplicated} stored twice; {entities} entities at the broker',
    ja: '送信 {sentReadings}件、アーカイブ {archived}件、欠落 {lost}件、重複 {duplicated}件、ブローカーのエンティティ {entities}件',
  },
});
