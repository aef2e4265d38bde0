import { sentences } from '../../shared/text.ts';

/** What ports of every type say, and those that are a single file here. */
export const say = sentences('ports', {
  name: { en: 'Name of the port, to which devices refer.', ja: 'ポートの名前。機器の設定から参照します。' },
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
  reopened: {
    en: 'it is opened again because its device asked for that',
    ja: '機器の要求により開き直します',
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
  closeToLocal: {
    en: 'Add a [[port.user]] for each device, or set trust-local = true if every program here may',
    ja: '機器ごとに [[port.user]] を追加してください。この機器のプログラムをすべて信頼する場合は trust-local = true とします',
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
