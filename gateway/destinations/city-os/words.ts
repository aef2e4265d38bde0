import { sentences } from '../../../shared/text.ts';

export const say = sentences('city-os', {
  sameTopics: {
    en: 'another destination already sends to {place} under the same tenant, and so under the same topics',
    ja: '{place} に同じテナント（同じトピック）で送る送信先がすでにあります',
  },
  type: { en: 'The feed of docs/feed.md over MQTT.', ja: 'docs/feed.md の形式をMQTTで送信します。' },
  url: {
    en: 'Broker of the city OS: mqtt://host:1883 or mqtts://host:8883.',
    ja: '都市OSのブローカー: mqtt://host:1883 または mqtts://host:8883。',
  },
  enrolmentFile: {
    en: "This gateway's enrolment at a hub (machimori gateway enrol), in place of url, username, password-file and ca-file.",
    ja: 'ハブでの登録ファイル（machimori gateway enrol で作成）。url、username、password-file、ca-file の代わりになります。',
  },
  noUrl: {
    en: 'there is neither url nor enrolment-file',
    ja: 'url も enrolment-file もありません',
  },
  noIdentity: {
    en: 'the enrolment goes with a certificate of the gateway itself, and there is none',
    ja: 'この登録ファイルはゲートウェイ自身の証明書と一緒に使いますが、証明書が指定されていません',
  },
  nameOwn: {
    en: 'Add cert-file and key-file',
    ja: 'cert-file と key-file を追加してください',
  },
  badCertificate: {
    en: 'certificate and key in the enrolment do not go together',
    ja: '登録ファイルの証明書と秘密鍵が対応していません',
  },
  inEnrolment: { en: 'the enrolment says this already', ja: '登録ファイルに含まれている設定です' },
  removeIt: { en: 'Remove it', ja: '削除してください' },
  protocol: { en: 'MQTT version.', ja: 'MQTTのバージョン。' },
  acknowledge: {
    en: 'What lets a batch leave the disk. "receipt": the city OS has stored it. "puback": the broker has it; only for a city OS that cannot answer.',
    ja: 'バッチをディスクから消す条件。"receipt": 都市OSが保存した。"puback": ブローカーが受け取った（応答できない都市OSに限る）。',
  },
  receiptTimeout: {
    en: 'Without a receipt within this time a batch is sent again.',
    ja: 'この時間内に受領確認がないバッチは再送します。',
  },
  keepalive: { en: 'MQTT keep-alive.', ja: 'MQTTのキープアライブ。' },
  noAddress: { en: '"{url}" is not the address of a broker', ja: '"{url}" はブローカーのアドレスではありません' },
  writeAddress: {
    en: 'Write mqtt://host:1883 or mqtts://host:8883',
    ja: 'mqtt://host:1883 または mqtts://host:8883 と書いてください',
  },
  credentialsInUrl: { en: 'the address holds credentials', ja: 'アドレスに認証情報が含まれています' },
  useFiles: {
    en: 'Use username and password-file, so that they stay out of logs',
    ja: 'ログに残らないよう、username と password-file を使ってください',
  },
  clearPassword: { en: 'the password travels unencrypted', ja: 'パスワードが暗号化されずに送られます' },
  useTls: { en: 'Use mqtts:// if the city OS offers it', ja: '都市OSが対応していれば mqtts:// を使ってください' },
  nobodyAnswers: {
    en: '{count} messages in a row got no receipt',
    ja: '{count}件続けて受領確認がありません',
  },
  unreadable: { en: 'the batch was unreadable', ja: 'バッチを読めませんでした' },
  sealedAgain: {
    en: 'the city OS has another batch under this number; carry the receipts back, and the gateway sends it under a new one',
    ja: '都市OSに同じ番号の別のバッチがあります。受領確認を持ち帰ると、ゲートウェイが新しい番号で送り直します',
  },
  otherReasons: { en: 'other reasons', ja: 'その他の理由' },
  brokerIsThere: {
    en: 'The broker lets this gateway in. Whether a city OS answers there shows once batches are sent.',
    ja: 'ブローカーに接続できました。都市OSの受領確認が届くかどうかは、バッチを送信すると分かります。',
  },
  otherReceipt: {
    en: 'receipts come, but for no batch that is on its way: later than receipt-timeout, or with another number, epoch or content',
    ja: '受領確認は届きますが、送信中のバッチのものではありません（receipt-timeout より遅いか、番号・エポック・内容が異なります）',
  },
  unreadableReceipt: {
    en: 'what comes as receipts cannot be read',
    ja: '受領確認として届くものを読み取れません',
  },
  noReceipt: { en: 'no receipt came in time', ja: '時間内に受領確認がありません' },
});
