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
    en: 'An existing broker to which the gateways publish: mqtt:// or mqtts://; for workers also nats:// or tls://, several servers with commas. Its access control list says who may publish what.',
    ja: 'ゲートウェイが送信する既存のブローカー: mqtt:// または mqtts://。ワーカーには nats:// または tls:// も使えます（サーバーが複数ならコンマ区切り）。誰がどこに送信できるかは、そのアクセス制御リストで決まります。',
  },
  share: {
    en: 'Makes this a worker: of all that name the same share at one broker, each batch goes to one, straight into PostgreSQL. Each worker needs a gateway id of its own.',
    ja: 'ワーカーとして動作します。1つのブローカーで同じ名前を指定したワーカーのうち1台がバッチを受け取り、PostgreSQLに直接保存します。[gateway] の id はワーカーごとに変えてください。',
  },
  trustBroker: {
    en: 'Workers know no gateways by name: whoever the broker lets publish is heard.',
    ja: 'ワーカーにはゲートウェイの登録がありません。ブローカーが送信を許可した相手をすべて受け入れます。',
  },
  birthsUrl: {
    en: 'With NATS: mqtt:// or mqtts:// address of the same servers. The descriptions of devices are read there, since NATS keeps them for MQTT clients only.',
    ja: 'NATSの場合: 同じサーバーの mqtt:// または mqtts:// アドレス。機器の情報はNATSがMQTTクライアントのためだけに保持するため、ここから読み取ります。',
  },
  maxInFlight: {
    en: 'Batches that a worker has on their way to the database at once.',
    ja: 'ワーカーがデータベースへ同時に送るバッチの数。',
  },
  username: { en: 'User name of this hub at the existing broker.', ja: '既存のブローカーでの、このハブのユーザー名。' },
  certFile: {
    en: "Certificate (PEM) of this hub's doors, which makes them TLS; with url, the client certificate.",
    ja: 'このハブの入口をTLSにする証明書（PEM）。url を使う場合はクライアント証明書。',
  },
  keyFile: { en: 'Key of the certificate (PEM).', ja: '証明書の秘密鍵（PEM）。' },
  caFile: {
    en: "With url: the broker's certificate authority (PEM), if it is not a public one.",
    ja: 'url を使う場合: 公的認証局でないときの、ブローカーの認証局の証明書（PEM）。',
  },
  authorityDirectory: {
    en: "Folder of the hub's own certificate authority, made when it is first needed; by default authority in the data directory.",
    ja: 'ハブ自身の認証局のフォルダー（最初に必要になったときに作成）。既定値はデータディレクトリーの authority です。',
  },
  authorityUnused: {
    en: 'ca-file does nothing without url: of gateways, each certificate is enrolled',
    ja: 'url がなければ ca-file は働きません。ゲートウェイの証明書は1つずつ登録します',
  },
  enrolCertificate: {
    en: 'Remove it, and enrol gateways with --certificate, or --cert-file for one that another authority signed',
    ja: '削除して、--certificate で登録してください。別の認証局の証明書は --cert-file で登録できます',
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
    en: 'the client at {from} gave no user and password, and no certificate, that are enrolled here',
    ja: '{from} のクライアントは、ここに登録されたユーザー名とパスワードも証明書も示しませんでした',
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
  tooManyInFlight: {
    en: 'more batches came than the database takes (max-in-flight); their gateways send them again',
    ja: 'データベースの処理を超える数のバッチが届きました（max-in-flight）。ゲートウェイが再送します',
  },
  canaryUnheard: {
    en: 'what this worker published to {topic} did not come back within {seconds} s',
    ja: 'このワーカーが {topic} に送信したメッセージが{seconds}秒以内に戻ってきません',
  },
  allowCanary: {
    en: "Let the worker's user read and write machimori/v1/canary/# in the broker's access control list",
    ja: 'ブローカーのアクセス制御リストで、ワーカーのユーザーに machimori/v1/canary/# の読み書きを許可してください',
  },
  noSharedSubscriptions: {
    en: 'the broker accepts a shared subscription ($share) but delivers nothing by it: nothing came within {seconds} s',
    ja: 'ブローカーは共有サブスクリプション（$share）を受け付けますが、{seconds}秒待っても何も届きません',
  },
  useSharingBroker: {
    en: 'Use a broker with MQTT 5 shared subscriptions (Mosquitto, EMQX, HiveMQ); with a NATS server, write nats:// in url',
    ja: 'MQTT 5の共有サブスクリプションに対応するブローカー（Mosquitto、EMQX、HiveMQ）を使ってください。NATSサーバーの場合は url に nats:// と書いてください',
  },
  natsForWorkers: {
    en: 'nats:// is for workers, which share the batches',
    ja: 'nats:// はバッチを分担するワーカーのためのものです',
  },
  addShare: {
    en: 'Add share = "workers" and trust-broker = true; a hub reaches NATS at its mqtt:// address',
    ja: 'share = "workers" と trust-broker = true を追加してください。ハブとして使う場合はNATSの mqtt:// アドレスを指定します',
  },
  trustForWorkers: {
    en: 'trust-broker is for workers; a hub hears the gateways that are enrolled',
    ja: 'trust-broker はワーカーのためのものです。ハブは登録済みのゲートウェイだけを受け入れます',
  },
  addShareOrRemove: {
    en: 'Remove it, or make this a worker with share = "workers"',
    ja: '削除するか、share = "workers" でワーカーにしてください',
  },
  birthsForWorkers: {
    en: 'births-url is for workers at NATS',
    ja: 'births-url はNATSを使うワーカーのためのものです',
  },
  birthsKept: {
    en: 'a worker at an MQTT broker reads the descriptions of devices there',
    ja: 'MQTTブローカーを使うワーカーは、機器の情報も同じブローカーから読み取ります',
  },
  remove: { en: 'Remove it', ja: '削除してください' },
  shareWithoutUrl: {
    en: 'share is for workers at an existing broker, and url names none',
    ja: 'share は既存のブローカーを使うワーカーのためのものですが、url がありません',
  },
  nameSharingBroker: {
    en: 'Add url: nats://host:4222, or mqtt://host:1883 of a broker with shared subscriptions',
    ja: 'url を追加してください: nats://host:4222、または共有サブスクリプションに対応するブローカーの mqtt://host:1883',
  },
  doorBesideShare: {
    en: 'a worker has no door of its own',
    ja: 'ワーカー自身は待ち受けを持てません',
  },
  ownPort: {
    en: 'Remove it; gateways that come here need a hub',
    ja: '削除してください。ここに直接送信させるにはハブが必要です',
  },
  brokerNotTrusted: {
    en: "a worker hears whoever the broker lets publish: only the broker's accounts and access control list keep strangers out",
    ja: 'ワーカーは、ブローカーが送信を許可した相手をすべて受け入れます。部外者を防ぐのは、ブローカーのアカウントとアクセス制御リストだけです',
  },
  trustIt: {
    en: 'Let each gateway publish under its own name only (docs/feed.md, Security), then add trust-broker = true',
    ja: '各ゲートウェイが自分の名前のトピックにだけ送信できるようにしてから（docs/feed.md のSecurity）、trust-broker = true を追加してください',
  },
  notNats: {
    en: '"{url}" is not the address of NATS servers',
    ja: '"{url}" はNATSサーバーのアドレスではありません',
  },
  writeNats: {
    en: 'Write nats://host:4222, or nats://a:4222,nats://b:4222 for a cluster; tls:// for all if they speak TLS',
    ja: 'nats://host:4222、クラスターなら nats://a:4222,nats://b:4222 と書いてください。TLSの場合はすべて tls:// にします',
  },
  protocolOfNats: {
    en: 'protocol is the version of MQTT, which this worker does not speak',
    ja: 'protocol はMQTTのバージョンですが、このワーカーはMQTTを使いません',
  },
  birthsNotKept: {
    en: 'a worker that is new hears of devices only when their gateways connect again: NATS keeps their descriptions for MQTT clients',
    ja: '新しいワーカーは、ゲートウェイが再接続するまで機器の情報を受け取れません。NATSは機器の情報をMQTTクライアントのためだけに保持します',
  },
  addBirthsUrl: {
    en: 'Add births-url with the mqtt:// address of the same servers',
    ja: '同じサーバーの mqtt:// アドレスを births-url に追加してください',
  },
  birthsByMqtt: { en: 'births are read by MQTT', ja: '機器の情報はMQTTで読み取ります' },
  writeBirths: {
    en: 'Write mqtt://host:1883 or mqtts://host:8883',
    ja: 'mqtt://host:1883 または mqtts://host:8883 と書いてください',
  },
  clearNats: { en: 'the password travels unencrypted', ja: 'パスワードが暗号化されずに送られます' },
  useNatsTls: { en: 'Write tls:// if the servers offer it', ja: 'サーバーが対応していれば tls:// と書いてください' },
});
