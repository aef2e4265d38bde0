import { sentences } from '../../shared/text.ts';

/** What the settings of every configuration mean, as `machimori config` prints them. */
export const say = sentences('setting', {
  gatewayId: {
    en: 'Name of this gateway; part of every batch and topic. Never give two gateways of a tenant the same.',
    ja: 'このゲートウェイの名前。すべてのバッチとトピックに入ります。同じテナントで重複させないでください。',
  },
  gatewayTenant: {
    en: 'Who the readings belong to: a city, or a project in a shared network.',
    ja: '測定値の所有者。自治体、または共用ネットワーク内のプロジェクト。',
  },
  dataDirectory: {
    en: 'Folder of the buffer file, relative to this file. Only the gateway needs to read it.',
    ja: 'バッファファイルを置くフォルダー（このファイルからの相対パス）。ゲートウェイだけが読めれば十分です。',
  },
  maxSize: {
    en: 'Bound of the buffer file. When it is reached, the oldest routine batches are dropped and reported as gaps.',
    ja: 'バッファファイルの上限。達すると最も古い通常バッチから破棄し、欠番として通知します。',
  },
  batchReadings: {
    en: 'A batch is sealed when it holds this many readings.',
    ja: 'この件数の測定値がたまるとバッチを確定します。',
  },
  batchAge: {
    en: 'While a destination is connected, a batch is also sealed when its first reading is this old. Alarms never wait.',
    ja: '送信先に接続中は、最初の測定値がこの時間を過ぎたときにも確定します。警報は待ちません。',
  },
  commitWithin: {
    en: 'Readings from sensors that wait for no answer are written together within this time: what a power cut can cost. "0s" writes each at once. Capped at batch-age; set them equal to write each batch once.',
    ja: '応答を待たないセンサーの測定値は、この時間内にまとめて書き込みます（停電で失われうる量）。"0s" では毎回書き込みます。batch-age が上限で、同じ値にすると各バッチの書き込みが1回で済みます。',
  },
  holdUnsynchronised: {
    en: 'How long readings taken before the clock was set wait for it while a destination is connected; then they leave, marked.',
    ja: '時計合わせ前の測定値が、送信先に接続中に時刻を待つ時間。過ぎると印を付けて送信します。',
  },
  synchronised: {
    en: 'How to know that the system clock is right. "auto": it is past the release date and, if systemd-timesyncd runs, that has set it. "never": only a GPS fix counts.',
    ja: 'システム時計が正しいことの判定方法。"auto": リリース日より後で、systemd-timesyncdの動作時はそれが設定済み。"never": GPS測位だけを信用します。',
  },
  statusListen: {
    en: 'Address of /healthz and /metrics, for Prometheus. Loopback only.',
    ja: 'Prometheus用の /healthz と /metrics の待ち受けアドレス。ループバックに限ります。',
  },
  statusEnabled: {
    en: 'Whether to listen there. `machimori status` works either way.',
    ja: 'そのアドレスで待ち受けるかどうか。machimori status はどちらでも使えます。',
  },
  consoleEnabled: {
    en: 'Whether the console, which is used in a browser, is served. It waits for its first account: machimori console password.',
    ja: 'ブラウザーで使うコンソールを開くかどうか。最初のアカウント（machimori console password）が作られるまでは開きません。',
  },
  consoleListen: {
    en: 'Address of the console. Beyond loopback it is always under TLS, by a certificate of its own unless listen-cert-file names another.',
    ja: 'コンソールの待ち受けアドレス。ループバック以外では必ずTLSを使います。listen-cert-file がなければ、自身で作成した証明書です。',
  },
  consoleNames: {
    en: "Names by which browsers reach it, besides addresses, localhost and the machine's own name. Others are turned away.",
    ja: 'ブラウザーから呼ぶときの名前。IPアドレス、localhost、この機器のホスト名は書かなくても使えます。ほかの名前は拒否します。',
  },
  consoleCertFile: { en: "The console's certificate (PEM).", ja: 'コンソールの証明書（PEM）。' },
  consoleKeyFile: { en: 'Its key (PEM).', ja: 'その秘密鍵（PEM）。' },
  consoleTiles: {
    en: 'Where the map takes its tiles from; "": no tiles. The default is the Geospatial Information Authority of Japan.',
    ja: '地図タイルの取得元。"" なら使いません。既定は国土地理院です。',
  },
  mustBeTiles: {
    en: 'must be "" or an https address with the places of zoom, x and y in braces, as the default has them',
    ja: 'は "" または、既定値のようにズーム、x、yの位置を波括弧で示した https のアドレスで指定してください',
  },
  logLevel: {
    en: 'What is logged to standard error, as one JSON object a line.',
    ja: '標準エラー出力に記録する内容（1行に1つのJSON）。',
  },
  rangeQuantity: { en: 'Which quantity: "level".', ja: '対象の項目（例: "level"）。' },
  rangeMin: { en: 'Below it a value is marked out-of-range.', ja: 'これを下回る値に out-of-range の印を付けます。' },
  rangeMax: { en: 'Above it a value is marked out-of-range.', ja: 'これを上回る値に out-of-range の印を付けます。' },
  maxRate: {
    en: 'Largest credible change a second; beyond it a value is marked changing-too-fast.',
    ja: '1秒あたりにありうる最大の変化。超えた値に changing-too-fast の印を付けます。',
  },
  alarm: { en: 'Name of the alarm, such as "flood watch level".', ja: '警報の名前（例: "氾濫注意水位"）。' },
  alarmQuantity: { en: 'Which quantity: "level".', ja: '対象の項目（例: "level"）。' },
  raise: { en: 'The alarm is raised when the value reaches this.', ja: '値がここに達すると警報を出します。' },
  when: {
    en: 'Which values raise the alarm: "above" raise (the default) or "below" it, as for low water.',
    ja: '警報を出す側。"above"（既定）は raise 以上、"below" は raise 以下（渇水など）。',
  },
  clear: {
    en: 'The alarm is cleared when the value has gone back past this: at most raise, or with when = "below" at least raise.',
    ja: '値がここを越えて戻ると警報を解除します。raise 以下（when = "below" では raise 以上）にします。',
  },
  deviceId: {
    en: 'Name of the device in every reading. Keep it when the hardware is replaced.',
    ja: '測定値に入る機器の名前。機器を交換しても変えないでください。',
  },
  deviceType: { en: 'Device type; see below.', ja: '機器の種類（下記参照）。' },
  devicePort: { en: 'Name of the port it is connected to.', ja: '接続先のポートの名前。' },
  deviceGroup: { en: 'Group for the filters of destinations.', ja: '送信先の絞り込みに使うグループ。' },
  deviceTenant: {
    en: "Who its readings belong to, if not the gateway's tenant; they go to no other's destination.",
    ja: '測定値の所有者（ゲートウェイのテナントと異なる場合）。ほかのテナントの送信先には送りません。',
  },
  topic: {
    en: 'On an MQTT port: the topic the device publishes to. With + in place of a level, everybody who publishes there is a device of its own: "meters/+/state" makes "meters/kitchen/state" the device "<id>-kitchen".',
    ja: 'MQTTポートの場合、機器が送信するトピック。階層を + にすると、そこに送信する相手をそれぞれ1台の機器とします。"meters/+/state" なら "meters/kitchen/state" は機器 "<id>-kitchen" です。',
  },
  familyMaxDevices: {
    en: 'With + in the topic: the most devices that may be named so.',
    ja: 'topic に + がある場合、そのように名付ける機器の上限。',
  },
  forgetAfter: {
    en: 'With + in the topic: a device that was not heard for so long is forgotten.',
    ja: 'topic に + がある場合、この期間受信のない機器を一覧から除きます。',
  },
  schedule: {
    en: 'Cron expression (minute hour day month weekday) at which a polled device is asked.',
    ja: '問い合わせ式の機器に問い合わせる時刻のcron式（分 時 日 月 曜日）。',
  },
  alarmSchedule: {
    en: 'Cron expression at which it is asked as well while one of its thresholds is crossed: often, when the water rises.',
    ja: 'しきい値を超えている間だけ、追加で問い合わせる時刻のcron式。増水中だけ測定の間隔を短くできます。',
  },
  expectEvery: {
    en: 'How long the device may be quiet; then it counts as silent: a problem in the status, and an alarm "silent". By default what its type or interval implies, else several times its longest usual gap. "0s": as long as it likes.',
    ja: '機器からの報告が途絶えてよい時間。過ぎると無応答とみなし、状態表示と警報 "silent" で知らせます。既定では種類や間隔から決め、なければ普段の最長間隔の数倍を学習します。"0s" は無期限。',
  },
  watchTenants: {
    en: 'Only gateways of these tenants. Without it: of all.',
    ja: '対象のゲートウェイのテナント。指定がなければすべて。',
  },
  watchGateways: { en: 'Only these gateways.', ja: '対象のゲートウェイ。' },
  watchGroups: {
    en: 'Only devices of these groups, as the births say.',
    ja: '対象の機器のグループ（起動時の通知による）。',
  },
  watchProfiles: {
    en: 'Only devices with these profiles, as the births say.',
    ja: '対象の機器のプロファイル（起動時の通知による）。',
  },
  watchDevices: { en: 'Only these devices.', ja: '対象の機器。' },
  watchKinds: { en: 'Only readings of these kinds.', ja: '対象の測定値の種類。' },
  watchExpectEvery: {
    en: 'How long these gateways may be quiet; then they count as silent: a problem in the status, and an alarm "silent". By default 5 minutes, or several times the longest usual gap if that is more. "0s": as long as they like.',
    ja: 'ゲートウェイからの受信が途絶えてよい時間。過ぎると無応答とみなし、状態表示と警報 "silent" で知らせます。既定では5分、普段の最長間隔の数倍がそれより長ければその時間です。"0s" は無期限。',
  },
  watchRange: {
    en: 'Alarms "<quantity> out of range" for values outside. The batch passes unchanged.',
    ja: '範囲外の値で警報 "<項目> out of range" を出します。バッチ自体は変わりません。',
  },
  watchThreshold: {
    en: 'Alarms that are raised and cleared here. One that the gateway raises itself, as its birth says, is not raised again.',
    ja: 'ハブで出す警報。ゲートウェイ自身が出す警報（起動時の通知による）は、重ねて出しません。',
  },
  batteryBelow: {
    en: 'The battery is low below this: "3.3V" (quantity battery) or "20%" (quantity batteryLevel). A problem in the status, and an alarm "battery-low".',
    ja: '電池の下限。"3.3V"（項目 battery）または "20%"（項目 batteryLevel）。下回ると状態表示と警報 "battery-low" で知らせます。',
  },
  lat: { en: 'Degrees north, WGS 84.', ja: '北緯（度、WGS 84）。' },
  lon: { en: 'Degrees east, WGS 84.', ja: '東経（度、WGS 84）。' },
  placeName: { en: 'What people call the place.', ja: '場所の呼び名。' },
  place: {
    en: 'Location of the device; the city OS gets it in the birth message.',
    ja: '機器の設置場所。起動時の通知で都市OSに送ります。',
  },
  placeFrom: {
    en: "A detector on a vehicle: the position device of this gateway that says where it is. Operators' sightings get that place, sealed.",
    ja: '車両の検知器で、位置を知らせるこのゲートウェイの測位機器。事業者への検知に、その位置を暗号化して添えます。',
  },
  range: { en: 'Checks that mark doubtful values.', ja: '疑わしい値に印を付ける検査。' },
  threshold: {
    en: 'Alarms, raised and cleared here even while the link is down.',
    ja: '警報。回線が切れていても、ここで発報と解除を判定します。',
  },

  region: {
    en: 'Band and rules (LoRa Alliance RP002). Japan is AS923-1.',
    ja: '周波数帯と規則（LoRa Alliance RP002）。日本は AS923-1。',
  },
  netId: {
    en: 'NetID of the network (LoRaWAN Backend Interfaces §11.1): "000000" and "000001" are for private ones.',
    ja: 'ネットワークのNetID（LoRaWAN Backend Interfaces §11.1）。"000000" と "000001" は自営網用です。',
  },
  mustBeNetId: { en: 'must be 6 hexadecimal digits', ja: 'は16進数6桁で指定してください' },
  keyFile: {
    en: 'File with the key that encrypts the keys of devices; made by the first `machimori device add`. Keep a backup in a safe place.',
    ja: '機器の鍵を暗号化する鍵のファイル。最初の machimori device add で作られます。バックアップを安全な場所に保管してください。',
  },
  channels: {
    en: 'Uplink channels (Hz) besides those that every device of the region knows, at most five. AS923 and EU868 only.',
    ja: '地域の共通チャネルに加えるアップリンクチャネル（Hz）。最大5つ、AS923とEU868のみ。',
  },
  mustBeFive: { en: 'must not be more than five', ja: 'は5つまでです' },
  subBand: {
    en: 'US915 and AU915: the sub-band of eight channels that the LoRa gateways hear.',
    ja: 'US915とAU915: LoRa基地局が受信する8チャネルのサブバンド。',
  },
  rx1Delay: {
    en: 'From the end of an uplink to the first receive window. Longer for LoRa gateways behind a slow link.',
    ja: 'アップリンク終了から最初の受信窓までの時間。回線の遅いLoRa基地局では長くします。',
  },
  mustBeSeconds: { en: 'must be a whole number of seconds', ja: 'は秒単位の整数で指定してください' },
  downlinkDwellTime: {
    en: 'AS923 and AU915: whether downlinks may take 400 ms at most (not in Japan).',
    ja: 'AS923とAU915: ダウンリンクを最大400 msに制限するか（日本では不要）。',
  },
  uplinkDwellTime: {
    en: 'AS923 and AU915: whether uplinks may take 400 ms at most (not in Japan).',
    ja: 'AS923とAU915: アップリンクを最大400 msに制限するか（日本では不要）。',
  },
  adr: {
    en: 'Whether to adapt the data rate and power of devices that ask for it.',
    ja: '要求する機器のデータレートと送信出力を自動調整するか。',
  },
  adrMargin: { en: 'Margin that adaptation leaves, dB.', ja: '自動調整で残す余裕（dB）。' },
  deviceStatusEvery: {
    en: 'How often a device is asked for its battery and link margin; each time costs it a downlink.',
    ja: '機器に電池残量と回線余裕を問い合わせる間隔。1回ごとにダウンリンクを1つ使います。',
  },
  gather: {
    en: 'How long to wait for a frame from other LoRa gateways, so that it is stored once with every RSSI and SNR.',
    ja: '同じフレームがほかのLoRa基地局から届くのを待つ時間。全局のRSSIとSNRを付けて1回だけ保存します。',
  },
  listKey: {
    en: "Public key of the hub whose operators' list this gateway believes (43 characters of base64url). An enrolment has it already.",
    ja: '事業者一覧を信頼するハブの公開鍵（base64urlで43文字）。登録ファイルがあれば指定は不要です。',
  },
  mustBeListKey: { en: 'must be 43 characters of base64url', ja: 'はbase64urlの43文字で指定してください' },
  listRefresh: {
    en: "At a hub: how often the operators' list is signed again and sent to the gateways.",
    ja: 'ハブ: 事業者一覧に署名し直して、ゲートウェイに送る間隔。',
  },
  listValidity: {
    en: 'At a hub: how long a list counts. A gateway that hears no newer one in this time reports no tag until it does.',
    ja: 'ハブ: 一覧の有効期間。その間に新しい一覧が届かないゲートウェイは、届くまでタグを報告しません。',
  },
  projectName: {
    en: 'Name of an outside project: the tenant of its devices and destinations. Others neither see nor starve it.',
    ja: '外部プロジェクトの名前。その機器と送信先のテナントになります。ほかからは見えず、影響も受けません。',
  },
  maxDevices: { en: 'LoRaWAN devices that it may register.', ja: '登録できるLoRaWAN機器の数。' },
  uplinksPerHour: {
    en: 'Uplinks an hour of all its devices together; more are counted and dropped.',
    ja: '全機器を合わせた1時間あたりのアップリンク数。超過分は数えたうえで破棄します。',
  },
  quota: {
    en: 'Bytes of the buffer that may wait for each of its destinations; then its own oldest batches are dropped, and reported.',
    ja: '送信先ごとにバッファで待てる量。超えると自身の最も古いバッチから破棄し、通知します。',
  },
});
