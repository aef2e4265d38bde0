import { sentences } from '../../../shared/text.ts';

/** test-receiver: a city OS is held against docs/feed.md. */
export const say = sentences('cli.test-receiver', {
  summary: {
    en: 'play a gateway against a city OS that receives the feed, and say what it does wrong',
    ja: 'フィードを受信する都市OSに対してゲートウェイの役をし、誤りを指摘する',
  },
  url: { en: 'broker of the city OS: mqtt://host:1883', ja: '都市OSのブローカー: mqtt://host:1883' },
  tenant: { en: 'tenant to publish under', ja: '送信に使うテナント' },
  gateway: { en: 'id to publish under (by default one of its own)', ja: '送信に使うID（省略時は固有のID）' },
  timeout: { en: 'how long a receipt may take', ja: '受領確認を待つ時間' },
  stores: {
    en: 'The city OS stores what it is sent: some 60 readings of a device gauge-1, under the tenant. Let it take that tenant in, or name one with --tenant.',
    ja: '送信した測定値（機器 gauge-1 の約60件）は、指定のテナントの下に保存されます。都市OSがこのテナントを受信するように設定するか、--tenant で指定してください。',
  },
  exit: {
    en: 'The exit code is 1 if anything is wrong. What a receiver may leave out does not count.',
    ja: '誤りがあれば終了コードは1です。省略してもよい機能は数えません。',
  },
  noUrl: {
    en: 'the broker is missing: machimori test-receiver mqtt://host:1883',
    ja: 'ブローカーを指定してください: machimori test-receiver mqtt://host:1883',
  },
  playing: {
    en: 'Playing the gateway {gateway} of the tenant {tenant}',
    ja: 'テナント {tenant} のゲートウェイ {gateway} として送信します',
  },
  good: { en: 'good     {what}', ja: '正常     {what}' },
  bad: {
    en: 'WRONG    {what}: {fault} (docs/feed.md, rule {rule})',
    ja: '誤り     {what}: {fault}（docs/ja/feed.md 規則{rule}）',
  },
  missing: {
    en: 'missing  {what}: {fault} (docs/feed.md, rule {rule})',
    ja: '未対応   {what}: {fault}（docs/ja/feed.md 規則{rule}）',
  },
  strange: {
    en: 'WRONG    {count} {count:message|messages} on the receipt topic {count:is no receipt|are no receipts}',
    ja: '誤り     受領確認のトピックに、受領確認でないメッセージが{count}件ありました',
  },
  allGood: { en: 'All is as docs/feed.md has it.', ja: 'すべて docs/ja/feed.md のとおりです。' },
  someBad: {
    en: '{count} {count:thing is|things are} wrong.',
    ja: '{count}件の誤りがあります。',
  },

  checkStored: { en: 'a batch is stored and receipted', ja: 'バッチを保存して受領確認を返す' },
  checkEncoding: {
    en: 'a body in {encoding}, compression {compression}',
    ja: '本体の形式 {encoding}、圧縮 {compression}',
  },
  checkUrgent: { en: 'a batch of the urgent lane', ja: '緊急レーンのバッチ' },
  checkUnknownKey: { en: 'a key that it does not know is ignored', ja: '知らないキーを無視する' },
  checkRepeat: { en: 'a repeat is answered like the first time', ja: '繰り返しに最初と同じように答える' },
  checkOrder: { en: 'batches come in any order', ja: 'バッチが任意の順序で届く' },
  checkDigest: { en: 'no receipt carries another digest', ja: '受領確認に誤ったダイジェストを入れない' },
  checkHasDigest: { en: 'receipts carry the digest', ja: '受領確認にダイジェストを入れる' },
  checkConflict: {
    en: 'another batch under a stored number is a conflict',
    ja: '保存済みの番号の別のバッチを衝突とする',
  },
  checkOtherGateway: {
    en: 'a batch that names another gateway than its topic is ignored',
    ja: 'トピックと違うゲートウェイ名のバッチを無視する',
  },
  checkBadBody: {
    en: 'a body that does not decompress is answered as unreadable',
    ja: '展開できない本体に「読めない」と答える',
  },
  checkWrongCount: {
    en: 'a body with another number of readings than count is unreadable',
    ja: 'count と数の合わない本体に「読めない」と答える',
  },
  checkBomb: {
    en: 'a body that would decompress to {megabytes} MB is unreadable',
    ja: '展開すると{megabytes} MBになる本体に「読めない」と答える',
  },
  checkGarbage: {
    en: 'garbage is ignored, and the next batch stored',
    ja: '不正なメッセージを無視し、次のバッチを保存する',
  },
  checkGap: { en: 'a gap is taken in, again, and when it has grown', ja: '欠番を取り込む（再送、拡大を含む）' },

  noReceipt: { en: 'no receipt came in time', ja: '時間内に受領確認がありません' },
  notStored: { en: 'the receipt says "{outcome}" {why}', ja: '受領確認が「{outcome}」です {why}' },
  receiptOfGap: {
    en: 'the receipt of a batch has key 7, which is for gaps',
    ja: 'バッチの受領確認に、欠番用のキー7があります',
  },
  refused: { en: 'a good reading is refused: {why}', ja: '正しい測定値を拒否しました: {why}' },
  answeredOtherwise: { en: 'it was answered otherwise, or not at all', ja: '最初と違う答えか、答えがありません' },
  noDigest: { en: 'key 8 is missing', ja: 'キー8がありません' },
  wrongDigest: {
    en: 'key 8 is not the first 8 bytes of the SHA-256 of the message, so the gateway ignores the receipt',
    ja: 'キー8が、メッセージのSHA-256の先頭8バイトではないため、ゲートウェイは受領確認を無視します',
  },
  noConflict: {
    en: 'outcome 2 was expected; readings of a gateway that was set back would be lost',
    ja: '結果2ではありません。以前の状態に戻されたゲートウェイの測定値が失われます',
  },
  answeredOther: { en: 'it was answered', ja: '答えがありました' },
  noUnreadable: {
    en: 'no receipt came in time; the gateway would send it for ever',
    ja: '時間内に受領確認がありません。ゲートウェイは送り続けることになります',
  },
  notUnreadable: { en: 'the receipt says "{outcome}"', ja: '受領確認が「{outcome}」です' },
  wrongLast: {
    en: "the receipt does not repeat the gap's last number in key 7, so the gap would come again for ever",
    ja: '受領確認のキー7に欠番の最後の番号がないため、欠番が届き続けます',
  },
});

/** What sensors may call their quantities, also beyond the Basic Multilingual Plane, where SenML writes a character as two codes. */
export const JAPANESE_VALUES = { 水温: 12.5, 𠮷野川の水位: 2.5, メモ: '𠮷' };
