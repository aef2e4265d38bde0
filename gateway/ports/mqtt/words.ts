import { sentences } from '../../../shared/text.ts';

export const say = sentences('mqtt', {
  noSubscriptions: {
    en: 'a client asked to subscribe to {filter}, which nobody may; its readings are taken all the same',
    ja: 'クライアントが {filter} を購読しようとしました。購読は誰にもできませんが、測定値は受け取ります',
  },
  retained: {
    en: 'the broker had kept a message of {topic}; nobody knows how old it is, so it makes no reading',
    ja: 'ブローカーに保持されていた {topic} のメッセージです。いつのものか分からないため、測定値にしません',
  },

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
});
