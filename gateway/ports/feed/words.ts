import { sentences } from '../../../shared/text.ts';

export const say = sentences('feed-port', {
  feed: {
    en: 'Batches of other gateways: makes this gateway a hub. Each must be enrolled (machimori gateway enrol).',
    ja: '他のゲートウェイからのバッチ。このゲートウェイをハブにします。送信元は登録が必要です（machimori gateway enrol）。',
  },
  listen: {
    en: 'Where the embedded broker listens for gateways (MQTT 3.1.1); 127.0.0.1:1883 if no door is named.',
    ja: '内蔵ブローカー（MQTT 3.1.1）の待ち受けアドレス。入口を何も指定しなければ 127.0.0.1:1883 です。',
  },
  httpListen: {
    en: 'Where POST /v1/<tenant>/<gateway>/batch is answered with the receipt.',
    ja: 'POST /v1/<テナント>/<ゲートウェイ>/batch に受領通知で応答する待ち受けアドレス。',
  },
  url: {
    en: 'An existing broker to which the gateways publish: mqtt:// or mqtts://. Its access control list says who may publish what.',
    ja: 'ゲートウェイが送信する既存のブローカー: mqtt:// または mqtts://。誰がどこに送信できるかは、そのアクセス制御リストで決まります。',
  },
  username: { en: 'User name of this hub at the existing broker.', ja: '既存のブローカーでの、このハブのユーザー名。' },
  certFile: {
    en: "Certificate (PEM) of this hub's doors, which makes them TLS; with url, the client certificate.",
    ja: 'このハブの入口をTLSにする証明書（PEM）。url を使う場合はクライアント証明書。',
  },
  keyFile: { en: 'Key of the certificate (PEM).', ja: '証明書の秘密鍵（PEM）。' },
  caFile: {
    en: "Authority (PEM) that signs gateways' certificates; with url, the broker's.",
    ja: 'ゲートウェイの証明書に署名する認証局の証明書（PEM）。url を使う場合はブローカーの認証局。',
  },
  protocol: { en: 'MQTT version of an existing broker.', ja: '既存のブローカーのMQTTバージョン。' },
  keepalive: { en: 'How often an existing broker hears from the hub.', ja: '既存のブローカーに生存を知らせる間隔。' },
  maxClients: { en: 'Connections that each door accepts.', ja: '入口ごとに受け付ける接続の数。' },
  maxMessage: { en: 'Largest message that a door takes.', ja: '受け取る最大のメッセージ。' },

  notItsTopic: {
    en: 'the gateway {user} may not subscribe to {filter}',
    ja: 'ゲートウェイ {user} は {filter} を購読できません',
  },
  notEnrolled: {
    en: 'the gateway {gateway} is not enrolled (machimori gateway enrol)',
    ja: 'ゲートウェイ {gateway} は登録されていません（machimori gateway enrol で登録します）',
  },
  wrongHttpLogin: {
    en: 'the client at {from} gave no user and password that are enrolled here',
    ja: '{from} のクライアントのユーザー名とパスワードは、ここに登録されたものではありません',
  },
  twoBrokers: {
    en: 'listen opens a broker here, and url names another one',
    ja: 'listen はここでブローカーを開き、url は別のブローカーを指しています',
  },
  oneBroker: { en: 'Remove one of them', ja: 'どちらかを削除してください' },
  loginIncomplete: {
    en: 'username and password-file belong together',
    ja: 'username と password-file は一緒に指定する必要があります',
  },
  loginElsewhere: {
    en: 'username is for an existing broker; gateways log in with their enrolment',
    ja: 'username は既存のブローカー用です。ゲートウェイは登録時の情報でログインします',
  },
  useEnrol: {
    en: 'Remove it, and enrol each gateway: machimori gateway enrol',
    ja: '削除して、ゲートウェイを登録してください: machimori gateway enrol',
  },
  onlyVersion3: {
    en: 'the embedded broker speaks MQTT 3.1.1 only',
    ja: '内蔵ブローカーが対応するのはMQTT 3.1.1だけです',
  },
  nameBroker5: {
    en: 'Remove protocol, or name a broker that speaks MQTT 5 (Mosquitto) with url',
    ja: 'protocol を削除するか、MQTT 5に対応するブローカー（Mosquittoなど）を url で指定してください',
  },
  clearPasswords: {
    en: 'gateways send their passwords here in clear',
    ja: 'ゲートウェイのパスワードが暗号化されずに届きます',
  },
  addCertificate: {
    en: 'Add cert-file and key-file, unless a VPN carries the traffic',
    ja: 'VPNを使わない場合は、cert-file と key-file を追加してください',
  },
});
