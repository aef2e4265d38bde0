import { sentences } from '../../shared/text.ts';

/** What ports of every type say, and those that are a single file here. */
export const say = sentences('ports', {
  name: { en: 'Name of the port, to which devices refer.', ja: 'ポートの名前。機器の設定から参照します。' },
  wrongLogin: {
    en: 'the client at {from} gave a wrong user name or password',
    ja: '{from} のクライアントは、ユーザー名またはパスワードが違います',
  },
  tooManyClients: {
    en: 'the client at {from} is one more than {max} (max-clients allows more)',
    ja: '{from} のクライアントで{max}台を超えました（max-clients で増やせます）',
  },
  wrongVersion: {
    en: 'the client at {from} speaks MQTT {version}: set it to 3.1.1, or let a broker that speaks it (Mosquitto) take its messages and name that with url',
    ja: '{from} のクライアントはMQTT {version} です。機器を 3.1.1 に設定するか、対応するブローカー（Mosquittoなど）を用意して url で指定してください',
  },
  notMqtt: {
    en: 'what {from} sends is not MQTT without TLS ({why})',
    ja: '{from} からの通信は、TLSなしのMQTTではありません（{why}）',
  },
  noSubscriptions: {
    en: 'a client asked to subscribe to {filter}, which nobody may; its readings are taken all the same',
    ja: 'クライアントが {filter} を購読しようとしました。購読は誰にもできませんが、測定値は受け取ります',
  },
  retained: {
    en: 'the broker had kept a message of {topic}; nobody knows how old it is, so it makes no reading',
    ja: 'ブローカーに保持されていた {topic} のメッセージです。いつのものか分からないため、測定値にしません',
  },
  packetTooLong: {
    en: 'a packet of more than {max} bytes (max-message allows more)',
    ja: '{max}バイトを超えるパケットです（max-message で大きくできます）',
  },
  loginTooLong: { en: 'a login of more than {max} bytes', ja: '{max}バイトを超えるログインです' },
  unknownTopic: { en: 'no device has the topic {topic}', ja: 'トピック {topic} の機器はありません' },

  serial: { en: 'A serial port of this machine.', ja: 'この機器のシリアルポート。' },
  serialPath: {
    en: 'Device file; one in /dev/serial/by-id/ stays the same in whichever socket the device is plugged.',
    ja: 'デバイスファイル。差し込み口が変わっても同じ名前になる /dev/serial/by-id/… を使います。',
  },
  baud: { en: 'Bits a second.', ja: '通信速度（ビット/秒）。' },
  dataBits: { en: 'Data bits.', ja: 'データビット。' },
  mustBeDataBits: { en: 'must be 5, 6, 7 or 8', ja: 'は5、6、7、8のいずれかで指定してください' },
  parity: { en: 'Parity.', ja: 'パリティ。' },
  stopBits: { en: 'Stop bits.', ja: 'ストップビット。' },
  mustBeStopBits: { en: 'must be 1 or 2', ja: 'は1か2で指定してください' },
  flowControl: {
    en: 'RTS/CTS flow control (HCI over UART needs it at high rates).',
    ja: 'RTS/CTSフロー制御（高速なHCI over UARTには必要です）。',
  },
  rtsWhenSending: {
    en: 'For an RS-485 adapter whose transmitter RTS switches on: its level while the gateway sends, "high" or "low". Most adapters need nothing.',
    ja: 'RTSで送信を切り替えるRS-485アダプター用。送信中のRTSの状態（"high" または "low"）。多くのアダプターでは不要です。',
  },
  noRts: {
    en: 'RTS cannot be set ({why}); leave rts-when-sending out unless the adapter needs it',
    ja: 'RTSを設定できません（{why}）。アダプターに必要でなければ、rts-when-sendingを外してください',
  },
  unplugged: { en: 'the device was unplugged', ja: '機器が抜かれました' },
  unpluggedBecause: { en: 'the device was unplugged ({why})', ja: '機器が抜かれました（{why}）' },
  notSerial: { en: '{path} is not a serial port', ja: '{path} はシリアルポートではありません' },
  windowsPort: {
    en: '{path} is a serial port of Windows, and this is Linux',
    ja: '{path} はWindowsのシリアルポートです。Linuxでは使えません',
  },
  notPlugged: { en: '{path} does not exist now', ja: '{path} は今のところありません' },
  findPort: {
    en: 'Plug the device in and look: ls -l /dev/serial/by-id/',
    ja: '機器を接続し、ls -l /dev/serial/by-id/ で確認してください',
  },
  noPermission: {
    en: "{why}: let the gateway's user in with: usermod -aG dialout <user>, then start it again",
    ja: '{why}: ゲートウェイのユーザーに権限がありません。usermod -aG dialout <ユーザー> を実行して再起動してください',
  },
  inUse: { en: '{why}: another program has it open', ja: '{why}: ほかのプログラムが使用中です' },

  tcp: {
    en: 'A serial server (ser2net and the like), or a Modbus TCP device.',
    ja: 'シリアルサーバー（ser2netなど）またはModbus TCP機器。',
  },
  tcpAddress: {
    en: 'Its address, to which the gateway connects, as "host:port".',
    ja: '接続先のアドレス。"ホスト:ポート" の形で書きます。',
  },
  tcpListen: {
    en: 'A serial line behind a device that dials in over TCP: a cellular DTU, a serial server in client mode.',
    ja: 'TCPで接続してくる機器（セルラーDTU、クライアントモードのシリアルサーバー）の先にあるシリアル回線。',
  },
  listenForCaller: {
    en: 'Where the device dials in, as "host:port". Lines with different identifications may share it.',
    ja: '機器の接続先となる待ち受けアドレス。"ホスト:ポート" の形で書きます。identification が異なれば共有できます。',
  },
  identification: {
    en: 'What the device sends first (its registration packet, IMEI or name); a line end may follow. Required beyond loopback.',
    ja: '機器が最初に送る文字列（登録パケット、IMEI、名前など）。後に改行があってもかまいません。ループバック以外では必須です。',
  },
  mustBeShort: { en: 'must have at most {max} bytes', ja: 'は{max}バイト以内で指定してください' },
  heartbeat: {
    en: 'What the device sends by itself to keep the connection, in a packet of its own; it is dropped.',
    ja: '機器が接続維持のために単独で送る文字列。読み捨てます。',
  },
  closeLineToLocal: {
    en: 'Set identification, or trust-local = true to allow it',
    ja: 'identification を設定するか、許可する場合は trust-local = true にしてください',
  },
  anyCaller: {
    en: 'anybody who reaches this address could dial in as the device',
    ja: 'このアドレスに到達できる誰もが、機器として接続できます',
  },
  identifyCaller: {
    en: 'Set identification to what the device sends first, or listen on 127.0.0.1',
    ja: 'identification に機器が最初に送る文字列を設定するか、127.0.0.1 で待ち受けてください',
  },
  readableIdentification: {
    en: 'the identification travels unencrypted; whoever reads it can dial in as the device',
    ja: 'identification は暗号化されずに送られます。盗み見た相手は機器として接続できます',
  },
  useClosedNetwork: {
    en: 'Keep the address within a closed network: a private APN, a VPN or a firewall',
    ja: '閉域網（専用APN、VPN）やファイアウォールの内側だけで使ってください',
  },
  callerAwaited: {
    en: 'the device has not dialled in at {listen}',
    ja: '{listen} に機器からの接続がありません',
  },
  callerGone: { en: 'the device hung up', ja: '機器が接続を切りました' },
  udp: {
    en: 'Devices that send text lines in UDP datagrams, such as NMEA 0183.',
    ja: 'UDPでテキスト行を送る機器（NMEA 0183など）。',
  },
  udpListen: {
    en: 'Where datagrams come in, as "host:port".',
    ja: 'データグラムを受け取るアドレス。"ホスト:ポート" の形で書きます。',
  },
  udpFrom: {
    en: 'The IP addresses whose datagrams are heard; none: all. Required beyond loopback.',
    ja: '受け付ける送信元のIPアドレス。空の場合はすべて受け付けます。ループバック以外では必須です。',
  },
  mustBeIp: {
    en: 'must be an IP address such as 192.168.1.20',
    ja: 'は 192.168.1.20 のようなIPアドレスで指定してください',
  },
  closeUdpToLocal: {
    en: 'Set trust-local = true to allow it',
    ja: '許可する場合は trust-local = true にしてください',
  },
  anySender: {
    en: 'anybody who reaches this address could send in the name of the device',
    ja: 'このアドレスに到達できる誰もが、機器になりすまして送信できます',
  },
  nameSenders: {
    en: 'Name the addresses of the devices in from, or listen on 127.0.0.1',
    ja: 'from に機器のアドレスを列挙するか、127.0.0.1 で待ち受けてください',
  },
  forgeableSender: {
    en: 'the sender of a datagram can be forged',
    ja: 'データグラムの送信元は偽装できます',
  },
  unknownSender: {
    en: 'a datagram from {sender}, which is not in from',
    ja: 'from にない {sender} からのデータグラムです',
  },
  tcpClosed: { en: 'the serial server closed the connection', ja: 'シリアルサーバーが接続を切りました' },

  mqtt: {
    en: 'Devices that publish over MQTT; each device names its topic.',
    ja: 'MQTTで送信する機器。機器ごとにトピックを指定します。',
  },
  mqttListen: {
    en: 'Where the embedded broker listens. Beyond loopback it needs users, or username and password-file.',
    ja: '内蔵ブローカーの待ち受けアドレス。ループバック以外では user か、username と password-file が必要です。',
  },
  mqttUrl: {
    en: 'An existing broker to subscribe at instead of the embedded one: mqtt:// or mqtts://.',
    ja: '内蔵ブローカーの代わりに購読する既存のブローカー: mqtt:// または mqtts://。',
  },
  mqttUsername: {
    en: 'User name that all devices share at the embedded broker, or that of this gateway at the existing one.',
    ja: '内蔵ブローカーで全機器が共有するユーザー名、または既存のブローカーでのこのゲートウェイのユーザー名。',
  },
  mqttProtocol: { en: 'MQTT version of an existing broker.', ja: '既存のブローカーのMQTTバージョン。' },
  keepsSession: {
    en: 'Whether an existing broker keeps what comes while the gateway is away; false for one that cannot.',
    ja: 'ゲートウェイの停止中に届いたメッセージを、既存のブローカーに保持させるか。対応しないブローカーでは false。',
  },
  maxMessage: {
    en: 'Largest message that the embedded broker takes; each client may hold as much memory.',
    ja: '内蔵ブローカーが受け取る最大のメッセージ。クライアントごとに、この大きさのメモリーを使うことがあります。',
  },
  maxClients: { en: 'Connections that the embedded broker accepts.', ja: '内蔵ブローカーが受け付ける接続の数。' },
  users: {
    en: 'Users of their own: each may publish only what its topics take. Nobody may subscribe.',
    ja: '個別のユーザー。それぞれ topics に合うトピックにだけ送信できます。購読は誰にもできません。',
  },
  userName: { en: 'User name, one for each device.', ja: 'ユーザー名。機器ごとに1つ使います。' },
  userTopics: {
    en: 'Topics that it may publish, as MQTT filters: "gauges/gauge-01", "gauges/gauge-01/#".',
    ja: '送信できるトピック（MQTTのフィルター）: "gauges/gauge-01"、"gauges/gauge-01/#" など。',
  },
  userTaken: { en: 'the user {user} is there already', ja: 'ユーザー {user} はすでにあります' },
  ownUserName: { en: 'Give every user a name of its own', ja: 'ユーザーごとに別の名前を付けてください' },
  noTopics: { en: 'the user {user} may not publish anything', ja: 'ユーザー {user} はどこにも送信できません' },
  addTopics: {
    en: 'Add the topic of its device to topics',
    ja: 'この機器のトピックを topics に追加してください',
  },
  notFilter: { en: '"{filter}" is not an MQTT filter', ja: '"{filter}" はMQTTのフィルターではありません' },
  writeFilter: {
    en: 'Let + stand alone between slashes, and # alone at the end: "gauges/+/level", "gauges/#"',
    ja: '+ は / と / の間に単独で、# は末尾に単独で書いてください（例: "gauges/+/level"、"gauges/#"）',
  },
  unreadTopic: { en: 'no device of this port reads {filter}', ja: 'このポートに {filter} を読む機器はありません' },
  addTopicDevice: {
    en: 'Correct it, or add a [[device]] with such a topic',
    ja: '修正するか、該当するトピックの [[device]] を追加してください',
  },
  muteDevice: {
    en: 'no user of its port may publish to {topic}, so {device} will never be heard',
    ja: '{topic} に送信できるユーザーがいないため、{device} からは何も届きません',
  },
  allowTopic: {
    en: 'Add "{topic}" to the topics of the user of this device',
    ja: 'この機器のユーザーの topics に "{topic}" を追加してください',
  },
  usersElsewhere: {
    en: 'users belong to the embedded broker, but url names another one',
    ja: 'user は内蔵ブローカーの設定ですが、url は別のブローカーを指しています',
  },
  useAcl: {
    en: "Remove url, or write who may publish what into that broker's access control list",
    ja: 'url を削除するか、そのブローカーのアクセス制御リストに書いてください',
  },
  onlyVersion3: {
    en: 'the embedded broker speaks MQTT 3.1.1 only',
    ja: '内蔵ブローカーが対応するのはMQTT 3.1.1だけです',
  },
  nameBroker5: {
    en: 'Remove protocol and set the devices to 3.1.1, or name a broker that speaks MQTT 5 (Mosquitto) with url',
    ja: 'protocol を削除して機器を3.1.1に設定するか、MQTT 5に対応するブローカー（Mosquittoなど）を url で指定してください',
  },
  closeToLocal: {
    en: 'Add a [[port.user]] for each device, or set trust-local = true if every program here may',
    ja: '機器ごとに [[port.user]] を追加してください。この機器のプログラムをすべて信頼する場合は trust-local = true とします',
  },
  notAllowed: {
    en: 'the user {user} may not publish to {topic}',
    ja: 'ユーザー {user} は {topic} に送信できません',
  },
  loginIncomplete: {
    en: 'username and password-file belong together',
    ja: 'username と password-file は両方必要です',
  },
  openBroker: {
    en: 'a broker that others can reach needs credentials',
    ja: '外部から接続できるブローカーには認証情報が必要です',
  },
  closeBroker: {
    en: 'Add a [[port.user]] for each device (or username and password-file for all), or listen on 127.0.0.1',
    ja: '機器ごとに [[port.user]]（または共通の username と password-file）を追加するか、127.0.0.1 で待ち受けてください',
  },

  trustLocal: {
    en: 'Whether every program on this machine may send to this port without a password.',
    ja: 'この機器のすべてのプログラムに、パスワードなしでの送信を許すか。',
  },
  openToLocal: {
    en: 'any program on this machine may send to this port without a password',
    ja: 'この機器のどのプログラムでも、パスワードなしでこのポートに送信できます',
  },
  loopbackStations: {
    en: 'EUIs of the LoRa gateways that may connect; empty: any, and then on loopback only.',
    ja: '接続を許可するLoRa基地局のEUI。空の場合は制限しませんが、ループバックに限ります。',
  },
  mustBeEui: {
    en: 'must be an EUI-64: 16 hexadecimal digits, such as "b827ebfffe123456"',
    ja: 'はEUI-64（"b827ebfffe123456" のような16進数16桁）で指定してください',
  },
  strangeStation: {
    en: 'LoRa gateway {station} is not among the stations of this port',
    ja: 'LoRa基地局 {station} はこのポートの stations にありません',
  },
  noWindow: {
    en: 'the station may send in neither window: it is busy, or has used up its air time',
    ja: '基地局が送信中か、送信時間の上限に達しているため、どちらの受信窓でも送信できません',
  },
});
