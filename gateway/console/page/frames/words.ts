import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.frames', {
  title: { en: 'Live frames', ja: '受信フレーム' },
  lead: {
    en: 'What comes to a port, raw beside decoded, as it comes.',
    ja: 'ポートに届くデータを、生データと解読結果を並べてその場で表示します。',
  },
  choosePort: { en: 'Choose a port', ja: 'ポートを選ぶ' },
  otherPort: { en: 'Other port', ja: '別のポート' },
  noPorts: { en: 'No port is configured.', ja: 'ポートが設定されていません。' },
  onlyTechnicians: {
    en: 'Raw frames may have anything in them, so only technicians see them. Sign in as a technician.',
    ja: '生データには何が含まれるか分からないため、技術者だけが見られます。技術者のアカウントでサインインしてください。',
  },
  opening: { en: 'Asking the gateway…', ja: 'ゲートウェイに問い合わせています…' },
  watching: { en: 'watching', ja: '表示中' },
  paused: { en: 'paused', ja: '一時停止中' },
  ended: { en: 'ended', ja: '終了' },
  portEnded: {
    en: 'The port has ended, or runs with another configuration now. Watch again to see what it does.',
    ja: 'ポートが終了したか、新しい設定に切り替わりました。続けるには「もう一度表示」を押してください。',
  },
  timeOver: {
    en: 'Half an hour is over, and the gateway has stopped telling. Watch again to go on.',
    ja: '30分が経過したため、表示を終えました。続けるには「もう一度表示」を押してください。',
  },
  broken: {
    en: 'The connection broke. What came meanwhile is not here.',
    ja: '接続が切れました。その間に届いたデータは表示されていません。',
  },
  watchAgain: { en: 'Watch again', ja: 'もう一度表示' },
  withheld: {
    en: 'Addresses of strangers’ devices are in what comes here. Only lengths and counts are shown, and nothing can be saved.',
    ja: 'このポートには他人の機器のアドレスが含まれるため、長さと件数だけを表示します。保存はできません。',
  },
  others: {
    en: 'Frames of devices that are not registered here are shown without content.',
    ja: 'ここに登録されていない機器のフレームは、内容を表示しません。',
  },
  came: { en: 'Came', ja: '受信' },
  missed: { en: 'Left out', ja: '省略' },
  missedNote: {
    en: 'More came at once than is shown, or than this connection carries.',
    ja: '一度に届いた量が、表示または通信の上限を超えました。',
  },
  pause: { en: 'Pause', ja: '一時停止' },
  resume: { en: 'Go on', ja: '再開' },
  waitingBehind: { en: '{count} more since', ja: '停止後に{count}件' },
  clear: { en: 'Clear', ja: '消去' },
  all: { en: 'all', ja: 'すべて' },
  onlyRubbish: { en: 'only rubbish', ja: '不良データのみ' },
  nothingYet: { en: 'Nothing has come yet.', ja: 'まだ何も届いていません。' },
  nothingLike: { en: 'Nothing like this has come.', ja: '条件に合うものはありません。' },
  newest: { en: 'The newest {count} are kept.', ja: '新しい順に{count}件まで残ります。' },
  save: { en: 'Save as a recording', ja: '記録として保存' },
  saved: {
    en: '{count} {count:frame|frames} saved. Decode them with:',
    ja: '{count}件を保存しました。次のコマンドで解読できます:',
  },
  savedWithout: {
    en: '{count} {count:frame|frames} saved; {left} that are not whole here are left out. Decode them with:',
    ja: '{count}件を保存しました（全体のない{left}件は除外）。次のコマンドで解読できます:',
  },
  addByHand: {
    en: 'Add these options as they are configured: {names}',
    ja: '次のオプションは、設定ファイルと同じ値を手で追加してください: {names}',
  },
  addKeys: {
    en: 'Add the keys of the device; the gateway gives none out.',
    ja: '機器の鍵を追加してください。ゲートウェイは鍵を出しません。',
  },
  chooseDevice: {
    en: 'The devices here are of several types. Choose one above to save what came of it.',
    ja: '種類の異なる機器があります。保存するには、上で機器をひとつ選んでください。',
  },
  notRecorded: {
    en: 'What another network server tells is no frame, so there is nothing to save.',
    ja: '別のネットワークサーバーからの通知はフレームではないため、保存できません。',
  },
  raw: { en: 'Raw', ja: '生データ' },
  decoded: { en: 'Decoded', ja: '解読結果' },
  bytes: { en: '{count} {count:byte|bytes}', ja: '{count}バイト' },
  firstOf: { en: '…the first {shown} of {count} bytes', ja: '…{count}バイト中の先頭{shown}バイト' },
  asked: { en: 'Written', ja: '送信' },
  noBytes: { en: 'nothing came', ja: '受信なし' },
  notShown: { en: 'content not shown', ja: '内容は非表示' },
  noReading: { en: 'No reading comes of it.', ja: '測定値はありません。' },
  moreReadings: { en: '…and {count} more {count:reading|readings}', ja: '…ほか{count}件の測定値' },
  tags: { en: '{count} {count:tag|tags} of operators', ja: '事業者のタグ{count}件' },
});
