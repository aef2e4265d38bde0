import { sentences } from '../../../shared/text.ts';

/** operator. */
export const say = sentences('cli.operator', {
  operator: {
    en: 'whose tags are looked for: at a hub (add, list, revoke, accept), and at the operator itself (keys, open, account, audit)',
    ja: '見守りタグの事業者: ハブで登録・一覧・取り消し、事業者側で鍵の作成・検知の復号・照会アカウント・照会の記録',
  },
  add: { en: 'take an operator up, or change it', ja: '事業者を登録・変更' },
  list: { en: 'list the operators that are taken up', ja: '登録済みの事業者を一覧表示' },
  revoke: { en: 'give an operator up, at once', ja: '事業者の登録を取り消す（すぐに有効）' },
  accept: {
    en: 'after operators.json was restored: take it as it is, without those revoked since',
    ja: 'operators.json を控えから戻したあと、その後に取り消した事業者を除いて使う',
  },
  acceptNote: {
    en: 'Then prints the list: take up again whoever is missing, and compare public keys with what the operators handed in last.',
    ja: 'その後に一覧を表示します。足りない事業者は登録し直し、公開鍵が最後に提出されたものか確認してください。',
  },
  nothingToAccept: {
    en: 'There was nothing to accept: the list is as this hub left it:',
    ja: '一覧はこのハブが最後に書いたままなので、何もしませんでした:',
  },
  accepted: {
    en: 'The list is taken as it is, without those revoked since:',
    ja: 'その後に取り消したものを除いて、一覧をそのまま使います:',
  },
  keys: { en: 'at the operator: make its key pair', ja: '事業者側: 鍵の組を作成' },
  open: {
    en: 'at the operator: open sealed sightings and print those of enrolled tags',
    ja: '事業者側: 暗号化された検知を開き、登録済みタグのものだけを出力',
  },
  account: {
    en: 'at the operator: let somebody ask where tags were, or enrol tags, or no longer',
    ja: '事業者側: 照会やタグの登録ができるアカウントを追加・削除',
  },
  accountsFile: { en: 'the file that accounts-file names', ja: 'accounts-file で指定するファイル' },
  accountName: { en: 'who asks, as the audit will name it', ja: '照会者の名前（記録に残ります）' },
  optionMayEnrol: {
    en: 'it may also list tags, enrol them and strike them out',
    ja: 'タグの一覧・登録・削除もできるアカウントにする',
  },
  removeOrEnrol: {
    en: '--remove and --may-enrol contradict each other',
    ja: '--remove と --may-enrol は同時に指定できません',
  },
  optionRemove: { en: 'this account may no longer ask', ja: 'このアカウントを削除' },
  accountNote: {
    en: 'Prints a token, once; the file holds its hash only. The account is the user name of HTTP Basic, the token its password. An account that is there gets a new token and this right or none; the former token is void at once.',
    ja: 'トークンを一度だけ表示します（ファイルにはハッシュだけを保存）。HTTPのBasic認証で、アカウントをユーザー名、トークンをパスワードとして使います。既存のアカウントには新しいトークンを発行し、権限も今回の指定どおりになります。古いトークンは直ちに無効になります。',
  },
  accountRemoved: { en: '{name} may no longer ask', ja: '{name} を削除しました' },
  noAccount: { en: 'there is no account {name} in {file}', ja: '{file} にアカウント {name} はありません' },
  audit: {
    en: 'at the operator: who asked for which tag, and who enrolled or struck out which',
    ja: '事業者側: 照会・登録・削除の記録（誰がどのタグについて行ったか）を表示',
  },
  auditNote: {
    en: 'On the machine where the service runs, also while it runs.',
    ja: 'サービスを動かしている機器で実行します（動作中でも実行できます）。',
  },
  noTags: {
    en: 'the configuration has no destination of type "tags"',
    ja: '設定に type = "tags" の送信先がありません',
  },
  noQuestions: { en: 'Nobody has asked yet.', ja: '照会の記録はありません。' },
  atColumn: { en: 'when', ja: '日時' },
  whoColumn: { en: 'who', ja: '照会者' },
  fromColumn: { en: 'from where', ja: 'アドレス' },
  askedColumn: { en: 'asked', ja: '内容' },
  tagColumn: { en: 'tag', ja: 'タグ' },
  windowColumn: { en: 'window', ja: '期間' },
  outcomeColumn: { en: 'outcome', ja: '結果' },
  last: { en: 'last', ja: '最終検知' },
  path: { en: 'path', ja: '経路' },
  tagList: { en: 'list of tags', ja: 'タグ一覧' },
  enrolled: { en: 'enrol', ja: '登録' },
  struckOut: { en: 'strike out', ja: '削除' },
  answered: { en: 'asked', ja: '受付' },
  turnedAway: { en: 'refused', ja: '拒否' },
  listKey: {
    en: "print the key by which gateways know this hub's list",
    ja: 'このハブの一覧を確認するための公開鍵を表示',
  },
  listKeyNote: {
    en: 'New enrolments have it. For a gateway without one: [watch-over] list-key = "…"',
    ja: '新しい登録ファイルには入っています。入っていないゲートウェイには [watch-over] list-key = "…" と書いてください。',
  },
  operatorName: { en: 'its id', ja: '事業者のid' },
  operatorFile: {
    en: 'what the operator hands in: id, name, purpose, retention, public-key and [[pattern]]; TOML or JSON',
    ja: '事業者が提出したファイル: id・name・purpose・retention・public-key・[[pattern]]（TOMLまたはJSON）',
  },
  addNote: {
    en: 'Gateways that are connected have the new list at once, the others when they connect. A form to fill in is in docs/hub.md.',
    ja: '接続中のゲートウェイにはすぐに、ほかのゲートウェイには接続したときに新しい一覧が届きます。記入例は docs/hub.md にあります。',
  },
  revokeNote: {
    en: 'Gateways that are connected stop at once, the others when their list ends (list-validity).',
    ja: '接続中のゲートウェイはすぐに、ほかのゲートウェイは一覧の期限（list-validity）に検知をやめます。',
  },
  keyFolder: {
    en: 'where to write operator.key and operator.pub',
    ja: 'operator.key と operator.pub を書き込むフォルダー',
  },
  keysNote: {
    en: 'operator.key is a secret and never leaves the operator: whoever has it can open every sighting of its tags. Keep a copy in a safe place.',
    ja: 'operator.key は秘密です。事業者の外に出さないでください（持っている人は、その事業者のタグの検知をすべて開けます）。控えを安全な場所に保管してください。',
  },
  sightingsFile: {
    en: 'a SQLite archive, or CSV with operator, device, observed_at, sealed and sealed_with; - for standard input',
    ja: 'SQLiteのアーカイブ、または operator・device・observed_at・sealed・sealed_with のあるCSV（- は標準入力）',
  },
  optionKey: { en: "the operator's private key: operator.key", ja: '事業者の秘密鍵: operator.key' },
  optionEnrolled: { en: 'the enrolled tags, as CSV', ja: '登録済みタグのCSV' },
  enrolledNote: {
    en: 'Columns of the enrolled tags: tag, identifier (ibeacon:, altbeacon:, eddystone-uid:, address: or raw:, then hexadecimal digits; eid:<key>,<exponent>,<Unix time at 0>; irk:<key>), opt_in (date), consent (reference).',
    ja: '登録済みタグの列: tag（名前）、identifier（ibeacon:・altbeacon:・eddystone-uid:・address:・raw: のあとに16進数、または eid:<鍵>,<指数>,<時計が0のUNIX時刻>、irk:<鍵>）、opt_in（同意日）、consent（同意書の番号）。',
  },
  openNote: {
    en: 'What is not enrolled is dropped and only counted. A service that keeps and answers: docs/operator.md.',
    ja: '登録されていないタグは破棄し、件数だけを数えます。保存して照会に答えるサービスは docs/operator.md にあります。',
  },
  added: { en: '{id} is taken up', ja: '{id} を登録しました' },
  changed: { en: '{id} is changed', ja: '{id} を変更しました' },
  optionAllDevices: {
    en: "a pattern that fits strangers' devices too is meant: they are sealed to this operator",
    ja: '他人の機器にも合うパターンを認める（それらもこの事業者宛てに暗号化されます）',
  },
  otherKey: {
    en: 'note: the public key of {id} is another one now. What was sealed to the old one opens with the old private key only: it must keep both',
    ja: '注意: {id} の公開鍵が変わりました。古い鍵で暗号化された検知は古い秘密鍵でしか開けないため、両方を保管してもらってください',
  },
  strangersToo: {
    en: 'note: {fits}; they are sealed to {id} too, which must drop them',
    ja: '注意: {fits}。それらも {id} 宛てに暗号化されるため、事業者が破棄しなければなりません',
  },
  sharedWith: {
    en: 'note: {others} {count:has|have} a pattern of it too, and will see the same tags',
    ja: '注意: {others} にも同じパターンがあり、同じタグが検知されます',
  },
  revoked: { en: '{id} is no longer looked for', ja: '{id} の登録を取り消しました' },
  none: { en: 'No operator is taken up.', ja: '登録済みの事業者はありません。' },
  idColumn: { en: 'operator', ja: '事業者' },
  nameColumn: { en: 'name', ja: '名前' },
  patternsColumn: { en: 'patterns', ja: 'パターン' },
  retentionColumn: { en: 'retention', ja: '保持期間' },
  addedColumn: { en: 'taken up', ja: '登録日時' },
  hours: { en: '{hours} h', ja: '{hours}時間' },
  keyIsThere: {
    en: '{file} is there already, and a new key would not open what was sealed to it. Name another folder',
    ja: '{file} はすでにあります（新しい鍵では、これまでの検知を開けません）。別のフォルダーを指定してください',
  },
  keysMade: { en: 'The private key: {file}', ja: '秘密鍵: {file}' },
  handIn: { en: 'Hand in at the hub: public-key = "{key}"', ja: 'ハブに提出: public-key = "{key}"' },
  needsOption: { en: 'name {option}', ja: '{option} を指定してください' },
  notTime: {
    en: 'observed_at must be ISO 8601 or epoch milliseconds',
    ja: 'observed_at はISO 8601かエポックミリ秒でなければなりません',
  },
  opened: {
    en: '{opened} of {all} sightings are of enrolled tags; {others} of tags that are not enrolled, {unreadable} sealed to another key or damaged',
    ja: '検知{all}件のうち、登録済みタグは{opened}件、未登録は{others}件、別の鍵または破損は{unreadable}件です',
  },
});
