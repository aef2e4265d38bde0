import { sentences } from '../../shared/text.ts';

/** What the settings of a rig's file mean, as `machimori rig config` prints them, and what they must be. */
export const say = sentences('rig.setting', {
  // [rig]
  rigName: { en: 'Name of the rig, for its report.', ja: 'リグの名前。報告書に記載します。' },
  seed: {
    en: 'The same number makes the same devices say the same bytes.',
    ja: '同じ数値なら、模擬機器は同じバイト列を送ります。',
  },
  duration: { en: 'How long the devices send.', ja: '模擬機器が送信する時間。' },
  settle: {
    en: 'How long the rig then waits, at most, for what is still on its way.',
    ja: '送信終了後、途中にあるデータの到着を待つ最大時間。',
  },
  timeScale: {
    en: 'Seconds of the world (water, crowds, weather) per second of the clock. Vehicles keep their own speed.',
    ja: '時計の1秒あたりに進む世界（水位、人の流れ、天気）の秒数。車両の速度は変わりません。',
  },
  clock: {
    en: '"real", or "virtual": everything in one process, as fast as it goes.',
    ja: '"real"（実時間）、または "virtual"（全体を1プロセスで、できるだけ速く実行）。',
  },
  begin: {
    en: 'The time that the devices take it to be when the rig begins, such as "2026-01-15T03:00:00Z"; by default now. Set it for byte-identical runs with GPS.',
    ja: 'リグ開始時に模擬機器が示す時刻（例: "2026-01-15T03:00:00Z"）。省略すると現在時刻。GPSを含む実行をバイト単位で再現するには指定してください。',
  },
  wires: {
    en: 'What a device without a wire is connected by: a pseudo-terminal or a TCP port.',
    ja: 'wire の指定がない機器の接続方法。疑似端末またはTCPポート。',
  },
  awaitReader: {
    en: 'How long to wait until every wire is open at its other end; the devices begin then.',
    ja: 'すべての回線が相手側で開かれるのを待つ時間。その後に機器が送信を始めます。',
  },
  folder: {
    en: 'Where links to pseudo-terminals, recordings and the data of gateway and city OS go, relative to this file.',
    ja: '疑似端末へのリンク、記録、ゲートウェイと都市OSのデータを置くフォルダー（このファイルからの相対パス）。',
  },
  control: {
    en: 'Loopback address for rig set, rig fault and other test tools; by default a free port.',
    ja: 'rig set、rig fault や他の試験ツールのためのループバックアドレス。省略すると空きポート。',
  },
  // [[wire]]
  wireName: { en: 'Name of the wire.', ja: '回線の名前。' },
  ptyWire: {
    en: 'A pseudo-terminal, which a gateway opens as a serial port.',
    ja: '疑似端末。ゲートウェイはシリアルポートとして開きます。',
  },
  link: {
    en: "Symbolic link to the pseudo-terminal; by default the wire's name in the folder.",
    ja: '疑似端末へのシンボリックリンク。省略するとフォルダー内の回線名。',
  },
  tcpWire: {
    en: 'A TCP port of this machine, like a serial server.',
    ja: 'このマシンのTCPポート（シリアルサーバー相当）。',
  },
  tcpPort: { en: 'Port number; 0 takes a free one.', ja: 'ポート番号。0は空きポート。' },
  closesIdleAfter: {
    en: 'Closes connections on which nothing came for so long, as Modbus TCP units do.',
    ja: '何も届かない接続を閉じるまでの時間（Modbus TCP機器の動作）。',
  },
  serialWire: {
    en: 'A real serial port: what reads it hangs on the other end of the cable.',
    ja: '実際のシリアルポート。読み取り側はケーブルの反対側につなぎます。',
  },
  serialPath: { en: 'Device file, such as "/dev/ttyUSB1".', ja: 'デバイスファイル（例: "/dev/ttyUSB1"）。' },
  baud: { en: 'Bits per second.', ja: '通信速度（bps）。' },
  dataBits: { en: 'Data bits.', ja: 'データビット。' },
  mustBeDataBits: { en: 'must be 5, 6, 7 or 8', ja: 'は5、6、7、8のいずれかで指定してください' },
  parity: { en: 'Parity.', ja: 'パリティ。' },
  stopBits: { en: 'Stop bits.', ja: 'ストップビット。' },
  mustBeStopBits: { en: 'must be 1 or 2', ja: 'は1か2で指定してください' },
  mqttWire: {
    en: "An MQTT broker that is there: the gateway's own, say.",
    ja: '既にあるMQTTブローカー（ゲートウェイ自身のものなど）。',
  },
  mqttUrl: { en: 'Its address, "mqtt://host:port".', ja: 'そのアドレス（"mqtt://ホスト:ポート"）。' },
  mustBeMqtt: { en: 'must be "mqtt://host:port"', ja: 'は "mqtt://ホスト:ポート" で指定してください' },
  brokerWire: {
    en: "An MQTT broker of the rig's own, to which the gateway connects.",
    ja: 'リグが用意するMQTTブローカー。ゲートウェイが接続します。',
  },
  brokerPort: { en: 'Port on 127.0.0.1; 0 takes a free one.', ja: '127.0.0.1のポート番号。0は空きポート。' },
  maxPacket: { en: 'Largest packet that it takes, such as "64kB".', ja: '受け付けるパケットの上限（例: "64kB"）。' },
  retained: { en: 'Messages that it has kept from before.', ja: '以前から保持しているメッセージ。' },
  payload: { en: 'The message.', ja: 'メッセージの内容。' },
  dialInWire: {
    en: "A cellular modem that dials in to a gateway's listening port.",
    ja: 'ゲートウェイの待ち受けポートに接続してくるセルラーモデム。',
  },
  dialInAddress: { en: 'Where the gateway listens, "host:port".', ja: 'ゲートウェイの待ち受け先（"ホスト:ポート"）。' },
  registration: { en: 'What the modem says first.', ja: 'モデムが最初に送る文字列。' },
  heartbeat: { en: 'What it says while there is nothing else to send.', ja: '送るものがない間に送る文字列。' },
  heartbeatEvery: { en: 'How often.', ja: 'その間隔。' },
  // [[device]]
  deviceId: {
    en: 'Name of the device; with a count, "-1", "-2" … are added.',
    ja: '機器の名前。count を指定すると "-1"、"-2" … が付きます。',
  },
  deviceType: { en: 'What it is: one of the kinds below.', ja: '機器の種類（下記のいずれか）。' },
  count: { en: 'How many of them.', ja: '台数。' },
  wire: {
    en: 'The wire it is on; without it, one of its own under its name. Devices on a bus or behind a modem name the same.',
    ja: '接続する回線。省略すると機器名の専用回線。バスやモデムを共有する機器には同じ名前を指定します。',
  },
  place: { en: 'Where it stands.', ja: '設置場所。' },
  placeName: { en: 'Name of the place.', ja: '場所の名前。' },
  deviceGateway: {
    en: 'More settings of the device in the configuration that the rig writes for its gateway: thresholds, expect-every.',
    ja: 'リグが作るゲートウェイ設定に加える、この機器の設定（threshold、expect-every など）。',
  },
  // [gateway]
  gatewayRun: {
    en: '"here": in this process; "process": machimori run, which can be killed; "command": any program.',
    ja: '"here": このプロセス内で実行。"process": machimori run（強制終了できます）。"command": 任意のプログラム。',
  },
  gatewayConfig: {
    en: 'Its configuration; without it the rig writes one. %wire.NAME% and %city.NAME% become paths and addresses.',
    ja: '設定ファイル。省略するとリグが作成します。%wire.名前% と %city.名前% は実際のパスとアドレスに置き換わります。',
  },
  gatewayCommand: {
    en: 'Program and arguments, for run = "command".',
    ja: 'run = "command" のときのプログラムと引数。',
  },
  batchAge: { en: 'batch-age in the configuration that the rig writes.', ja: 'リグが作る設定の batch-age。' },
  // [[city]]
  cityName: {
    en: "Name of the city OS; the gateway's destination is called the same.",
    ja: '都市OSの名前。ゲートウェイの送信先名も同じになります。',
  },
  cityType: {
    en: '"feed": the feed\'s receiver; "ngsi-v2", "ngsi-ld": a context broker; "hub": a machimori hub with an archive.',
    ja: '"feed": フィードの受信側。"ngsi-v2"、"ngsi-ld": コンテキストブローカー。"hub": アーカイブを持つmachimoriハブ。',
  },
  cityPort: { en: 'Port on 127.0.0.1; 0 takes a free one.', ja: '127.0.0.1のポート番号。0は空きポート。' },
  cityTls: {
    en: 'Whether it is reached by TLS, with certificates that openssl makes; of type "feed".',
    ja: 'TLSで接続するか（証明書はopensslで作成）。種類 "feed" のみ。',
  },
  refuse: {
    en: 'Readings that it refuses, by rule; of type "feed".',
    ja: '受け取りを拒否する測定値の規則。種類 "feed" のみ。',
  },
  refuseDevice: { en: 'Of this device.', ja: '対象の機器。' },
  refuseKind: { en: 'Of this kind.', ja: '対象の種別。' },
  refuseQuantity: { en: 'With this quantity.', ja: '対象の量。' },
  refuseAbove: { en: 'Above this.', ja: 'この値を超えるもの。' },
  refuseBelow: { en: 'Below this.', ja: 'この値を下回るもの。' },
  refuseReason: { en: 'Why, as it tells the gateway.', ja: 'ゲートウェイに伝える理由。' },
  // [[lorawan]]
  lorawanName: { en: 'Name of this group of LoRaWAN devices.', ja: 'LoRaWAN機器グループの名前。' },
  lorawanUdp: {
    en: "The gateway's lorawan-udp port: packet forwarders send there.",
    ja: 'ゲートウェイの lorawan-udp ポート。パケットフォワーダーの送信先。',
  },
  lorawanStation: {
    en: "The gateway's basics-station port: stations connect there.",
    ja: 'ゲートウェイの basics-station ポート。ステーションの接続先。',
  },
  mustBeStationUrl: {
    en: 'must be "ws://host:port" or "wss://…"',
    ja: 'は "ws://ホスト:ポート" か "wss://…" で指定してください',
  },
  lorawanDevices: { en: 'How many devices.', ja: '機器の台数。' },
  lorawanGateways: { en: 'How many radio gateways hear them.', ja: '受信する無線ゲートウェイの台数。' },
  lorawanPerSecond: {
    en: 'Joins and uplinks per second, of all of them.',
    ja: '全体での1秒あたりのジョインとアップリンク数。',
  },
  lorawanConfirmed: {
    en: 'Share of uplinks that ask for an acknowledgement, 0 to 1.',
    ja: '確認応答を求めるアップリンクの割合（0～1）。',
  },
  lorawanProfile: {
    en: 'Profile that the gateway\'s configuration has for them: payload = "lpp".',
    ja: 'ゲートウェイ設定にある、これらの機器のプロファイル（payload = "lpp"）。',
  },
  // [[timeline]]
  at: { en: 'When it happens, since the devices began.', ja: '実行時刻（機器の送信開始からの経過時間）。' },
  when: {
    en: 'Or: as soon as this is so, such as "gauge.level > 2".',
    ja: 'または、条件が成り立ったとき（例: "gauge.level > 2"）。',
  },
  every: { en: 'Again, so often.', ja: '繰り返しの間隔。' },
  forTime: { en: 'How long it lasts; without it, to the end.', ja: '継続時間。省略すると最後まで続きます。' },
  on: { en: 'The device, wire or city OS that has the fault.', ja: '障害を起こす機器、回線または都市OS。' },
  fault: { en: 'The fault: see machimori rig faults.', ja: '障害の名前。machimori rig faults で一覧できます。' },
  faultWith: { en: 'Settings of the fault.', ja: '障害の設定。' },
  set: { en: 'Quantities to set, each as "device.quantity" = number.', ja: '設定する量（"機器.量" = 数値）。' },
  gatewayAction: {
    en: 'What happens to the gateway: "kill", "stop", "start", "restart".',
    ja: 'ゲートウェイへの操作: "kill"、"stop"、"start"、"restart"。',
  },
  mustBeCondition: {
    en: 'must be a condition such as "gauge.level > 2" or "gauge.level > 2 and city.stored >= 100"',
    ja: 'は "gauge.level > 2" や "gauge.level > 2 and city.stored >= 100" のような条件で指定してください',
  },
  mustBeTime: {
    en: 'must be a UTC time such as "2026-01-15T03:00:00Z"',
    ja: 'は "2026-01-15T03:00:00Z" のようなUTC時刻で指定してください',
  },
  mustBeAboveZero: { en: 'must be greater than 0', ja: 'は0より大きい値で指定してください' },
  mustBeLoopback: {
    en: 'must be a port of this machine, such as "127.0.0.1:9000"',
    ja: 'は "127.0.0.1:9000" のような、このマシンだけのアドレスで指定してください',
  },
  // [[expect]]
  storedOnce: {
    en: 'Everything that was sent whole is stored, and once.',
    ja: '正常に送信されたものがすべて、1回だけ保存されること。',
  },
  mayLose: {
    en: 'How many may be missing: a kill may cost what was not yet committed.',
    ja: '欠けてもよい件数（強制終了では、確定前の測定値が失われることがあります）。',
  },
  expectDevices: { en: 'Of these devices; by default of all.', ja: '対象の機器。省略するとすべて。' },
  expectCity: {
    en: 'At this city OS; by default at the first.',
    ja: '対象の都市OS。省略すると最初のもの。',
  },
  expectFrom: { en: 'Only of what was observed from then on.', ja: 'この時刻以降に観測されたものだけを対象とします。' },
  expectTo: { en: 'And before then.', ja: 'この時刻より前に観測されたものだけを対象とします。' },
  expectAlarm: { en: 'An alarm is raised in time.', ja: '警報が時間内に発報されること。' },
  expectDevice: { en: 'The device.', ja: '対象の機器。' },
  alarmName: { en: "The alarm's name.", ja: '警報の名前。' },
  alarmWhen: { en: 'What it is to follow: "gauge.level > 1.5".', ja: '発報の契機となる条件: "gauge.level > 1.5"。' },
  within: { en: 'At most so much later.', ja: '許容する最大の遅れ。' },
  expectSilent: { en: 'A device that falls silent is named.', ja: '途絶えた機器が通知されること。' },
  expectLatency: { en: 'What is stored was stored soon.', ja: '観測から保存までの時間が短いこと。' },
  percentile: { en: 'Of so many percent of the readings.', ja: '対象とする測定値の割合（パーセンタイル）。' },
  expectQuality: {
    en: 'A spoiled value is stored with its doubt, and no other.',
    ja: '異常な値が、それを示す品質とともに保存されること。',
  },
  quality: { en: 'The quality: "out-of-range", "stale" …', ja: '品質: "out-of-range"、"stale" など。' },
  qualityQuantity: { en: 'Of this quantity; by default of any.', ja: '対象の量。省略するといずれか。' },
  expectValue: { en: 'What is stored is what was sensed.', ja: '保存された値が、模擬機器の感知した値と一致すること。' },
  valueQuantity: { en: 'The quantity.', ja: '対象の量。' },
  tolerance: { en: 'How far it may be off.', ja: '許容する差。' },
  expectCommand: { en: 'A program answers what it should.', ja: 'プログラムの出力が期待どおりであること。' },
  command: {
    en: 'Program and arguments; what it prints is the answer.',
    ja: 'プログラムと引数。標準出力が回答になります。',
  },
  expectSql: { en: 'A database answers what it should.', ja: 'データベースの回答が期待どおりであること。' },
  sqlUrl: {
    en: '"sqlite:file" (relative to this file) or "postgres://…".',
    ja: '"sqlite:ファイル"（このファイルからの相対パス）または "postgres://…"。',
  },
  sql: { en: 'A query of one value.', ja: '値を1つ返すクエリ。' },
  passwordFile: { en: 'File with the password, for PostgreSQL.', ja: 'PostgreSQLのパスワードを書いたファイル。' },
  mustBeDatabase: {
    en: 'must be "sqlite:file" or "postgres://…"',
    ja: 'は "sqlite:ファイル" か "postgres://…" で指定してください',
  },
  expectHttp: { en: 'An HTTP endpoint answers what it should.', ja: 'HTTPの回答が期待どおりであること。' },
  httpUrl: { en: 'The endpoint.', ja: '問い合わせ先。' },
  mustBeHttp: { en: 'must be "http://…" or "https://…"', ja: 'は "http://…" か "https://…" で指定してください' },
  httpHeaders: { en: 'Headers of the request.', ja: 'リクエストのヘッダー。' },
  equals: { en: 'The answer must be this.', ja: '回答がこの値と一致すること。' },
  atLeast: { en: 'The answer must be a number of at least this.', ja: '回答がこの値以上の数値であること。' },
  atMost: { en: 'The answer must be a number of at most this.', ja: '回答がこの値以下の数値であること。' },
  matches: { en: 'The answer must fit this pattern.', ja: '回答がこのパターンに一致すること。' },
  pointer: {
    en: 'Which part of a JSON answer: "/0/count" (RFC 6901).',
    ja: 'JSONの回答のうち対象とする部分: "/0/count"（RFC 6901）。',
  },
  queryWithin: { en: 'How long to ask again until it fits.', ja: '期待どおりになるまで問い合わせを繰り返す時間。' },
  lat: { en: 'Latitude in degrees (WGS 84).', ja: '緯度（度、WGS 84）。' },
  lon: { en: 'Longitude in degrees (WGS 84).', ja: '経度（度、WGS 84）。' },
  retainedTopic: { en: 'Its topic.', ja: 'トピック。' },
});
