import { sentences } from '../../../shared/text.ts';

export const say = sentences('lorawan-udp', {
  type: {
    en: 'LoRa gateways with a Semtech UDP packet forwarder (GWMP v2).',
    ja: 'Semtech UDPパケットフォワーダー（GWMP v2）のLoRa基地局。',
  },
  listen: {
    en: 'Where they send to. The protocol knows no password: beyond loopback name the stations.',
    ja: '基地局の送信先となる待ち受けアドレス。パスワードのない通信方式なので、ループバック以外では stations を指定します。',
  },
  antennaGain: {
    en: "Gain of the stations' antennas less their cables' loss, dBi.",
    ja: '基地局のアンテナ利得からケーブル損失を引いた値（dBi）。',
  },
  unnamedStations: {
    en: 'the UDP packet forwarder knows no password, so beyond loopback its stations must be named',
    ja: 'UDPパケットフォワーダーにはパスワードがないため、ループバック以外では基地局の指定が必要です',
  },
  nameStations: {
    en: 'Add stations = ["<gateway EUI>", …], or listen on 127.0.0.1',
    ja: 'stations = ["<基地局のEUI>", …] を追加するか、127.0.0.1 で待ち受けてください',
  },
  closeToLocal: {
    en: 'Set trust-local = true if every program here may, or use a basics-station port with a token',
    ja: 'この機器のプログラムをすべて信頼する場合は trust-local = true とし、そうでなければトークンを使う basics-station ポートにしてください',
  },
  forgeable: {
    en: 'gateway EUIs can be forged by whoever reaches this address',
    ja: 'このアドレスに届く相手は、基地局のEUIを詐称できます',
  },
  keepPrivate: {
    en: 'Let only a private network or a VPN reach it, or use a basics-station port with TLS and a token',
    ja: '閉域網かVPNからだけ届くようにするか、TLSとトークンを使う basics-station ポートにしてください',
  },
  unknownVersion: { en: 'protocol version {version} is unknown', ja: 'プロトコルバージョン {version} は未対応です' },
  tooShort: { en: 'the datagram is too short', ja: 'データグラムが短すぎます' },
  notJson: { en: 'its body is not a JSON object', ja: '本文がJSONオブジェクトではありません' },
  unknownMessage: { en: 'stations do not send message {kind}', ja: '種別 {kind} は基地局が送る電文ではありません' },
  tooManyPackets: { en: '{count} packets beyond {max}', ja: '上限 {max} を{count}個超えるパケット' },
  packetWrong: { en: "a packet's {field} is wrong ({why})", ja: 'パケットの {field} が不正です（{why}）' },
  noCrc: { en: 'a packet has no CRC', ja: 'CRCのないパケットです' },
  wrongCrc: { en: "a packet's CRC is wrong", ja: 'パケットのCRCが一致しません' },
  unknownDataRate: { en: 'data rate {dataRate} is unknown', ja: 'データレート {dataRate} は未対応です' },
  noRssi: { en: 'a packet has no RSSI', ja: 'RSSIのないパケットです' },
  notBase64: { en: "a packet's data is not base64", ja: 'パケットのデータがbase64ではありません' },
  noPath: {
    en: 'the station has not asked for downlinks (PULL_DATA)',
    ja: '基地局がダウンリンクを要求していません（PULL_DATA）',
  },
  noAnswer: { en: 'the station did not answer', ja: '基地局から応答がありません' },
});
