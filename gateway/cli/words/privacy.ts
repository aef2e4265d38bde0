import { sentences } from '../../../shared/text.ts';

/** privacy. */
export const say = sentences('cli.privacy', {
  privacy: { en: 'personal data on this box (report, erase)', ja: 'この機器で扱う個人データ: 報告・消去' },
  erase: {
    en: 'erase what waits of a tag or of an operator, and look for what is left',
    ja: '送信待ちの検知をタグまたは事業者ごとに消去し、残っていないか調べる',
  },
  optionTag: {
    en: "name of a tag of the city's own, as the detector's configuration has it",
    ja: '市のタグの名前（検知器の設定にある名前）',
  },
  optionOperator: { en: 'id of an operator: all of its sightings', ja: '事業者のid（その事業者の検知をすべて消去）' },
  optionDestination: {
    en: 'of the archives only this one, as when it was away before (default: all)',
    ja: '消去するアーカイブの送信先名（既定: すべて。接続できなかったものをやり直すときなど）',
  },
  noArchives: {
    en: 'no destination of this configuration keeps sightings: leave --destination out',
    ja: 'この設定に、検知を保存する送信先はありません。--destination を外してください',
  },
  noArchive: {
    en: '{name} is no destination that keeps sightings; these do: {known}',
    ja: '{name} は検知を保存する送信先ではありません。対象: {known}',
  },
  archiveFailed: {
    en: 'Not erased from {name}: {why}. Then run this again with --destination {name}',
    ja: '{name} から消去できませんでした: {why}。対処後、--destination {name} を付けて再実行してください',
  },
  eraseFirst: {
    en: 'Take the tag out of the configuration, or revoke the operator, first: what is seen meanwhile is not erased.',
    ja: '先に設定からタグを外すか、事業者の登録を取り消してください。消去の間に検知したものは消去されません。',
  },
  eraseArchives: {
    en: 'Everything that waits here is erased: each receiver is told of a gap with the reason "erased", and damaged files that were set aside are removed. So is what the archives of the configuration hold, in SQLite here and in PostgreSQL, from whichever gateway it came. Then every file in the data directory is searched, and erasures.jsonl there gets a line that does not say whose data it was.',
    ja: 'この機器で送信を待つものを消去し、送信先には理由 "erased" の欠番を伝えます。破損して退避されたファイルも削除します。設定にあるアーカイブ（この機器のSQLiteとPostgreSQL）からも、どのゲートウェイから届いたものかを問わず消去します。その後、データディレクトリのすべてのファイルを検索し、誰のデータかは書かずに erasures.jsonl に1行を記録します。',
  },
  eraseExit: {
    en: 'Exits with 1 if a file still holds the name or id, or an archive could not be erased.',
    ja: '名前またはidの残るファイルがあるか、消去できないアーカイブがあれば終了コード1。',
  },
  sayWhose: {
    en: 'say what to erase: --tag <name> or --operator <id>',
    ja: '--tag <名前> と --operator <id> のどちらか一方で、消去するものを指定してください',
  },
  notOperator: {
    en: '{id} is no operator\'s id: 1 to 32 of a-z, 0-9 and "-". See machimori operator list',
    ja: '{id} は事業者のidではありません（a-z・0-9・「-」で1～32文字）。machimori operator list で確認できます',
  },
  erased: {
    en: '{count} {count:reading|readings} erased: {sealed} sealed, {open} not sealed yet, {held} waiting for the clock, {refused} refused, {archived} archived',
    ja: '{count} 件を消去しました: 送信待ち {sealed} 件、未封止 {open} 件、時刻待ち {held} 件、受信拒否 {refused} 件、アーカイブ {archived} 件',
  },
  nothingFound: {
    en: 'Nothing of it was here to erase. Check the spelling if you expected some.',
    ja: '消去するものはありませんでした。あるはずの場合は、名前を確認してください。',
  },
  notErased: {
    en: 'Not erased, as it is done another way there: {destinations} (docs/privacy.md says how)',
    ja: '次の送信先は別の方法で消去するため、消去していません: {destinations}（方法は docs/ja/privacy.md）',
  },
  searched: {
    en: '{files} files in {folder} searched, {bytes} bytes',
    ja: '{folder} の {files} ファイル（{bytes} バイト）を検索しました',
  },
  recorded: { en: 'Recorded in {file}', ja: '{file} に記録しました' },
  stillThere: {
    en: 'Still found in: {files}. An archive keeps it until its retention is over; look into the others',
    ja: 'まだ残っているファイル: {files}。アーカイブには保存期間が終わるまで残ります。ほかのファイルは確認してください',
  },
  report: {
    en: 'say what personal data this box takes, why, for how long, and to whom it goes',
    ja: 'この機器が扱う個人データと、その目的・保存期間・提供先を表示',
  },
  reportNote: {
    en: 'By the configuration, the operators that are known here, and erasures.jsonl. Of a tag it says nothing.',
    ja: '設定、登録済みの事業者、erasures.jsonl をもとに表示します。個々のタグについては何も表示しません。',
  },
  reportOf: {
    en: 'Personal data at {gateway} ({tenant}): sightings of tags that people carry',
    ja: '{gateway}（{tenant}）の個人データ: 人が持つタグの検知',
  },
  taken: { en: 'Taken by', ja: '取得元' },
  nothingTaken: { en: 'nothing: no sighting comes to this box', ja: 'なし（この機器に検知は届きません）' },
  detector: { en: 'detector ({type})', ja: '検知器（{type}）' },
  ownTags: {
    en: "city's own tags: {count}; operators' tags, sealed",
    ja: '市のタグ {count} 個、事業者のタグ（暗号化）',
  },
  phones: { en: "volunteers' phones", ja: '協力者の端末' },
  sealedOnly: { en: "operators' tags, sealed; no phone is known", ja: '事業者のタグ（暗号化）。端末は特定されません' },
  others: { en: 'other gateways', ja: 'ほかのゲートウェイ' },
  asTheyCome: { en: 'sightings as they were taken there', ja: '各ゲートウェイで取得した検知' },
  why: { en: 'Why, and how long a sighting waits here at most', ja: '目的と、検知が送信を待つ期間の上限' },
  noOperators: {
    en: "no operator is known here. Sightings of the city's own tags wait until they are sent",
    ja: '登録された事業者はありません。市のタグの検知は、送信されるまで残ります',
  },
  operatorIs: { en: '{id} ({name}), {days} {days:day|days}: {purpose}', ja: '{id}（{name}）、{days} 日: {purpose}' },
  days: { en: '{days} {days:day|days}', ja: '{days} 日' },
  whither: { en: 'To whom it goes, and how long it is kept there', ja: '提供先と、提供先での保存期間' },
  nowhere: { en: 'nobody', ja: 'なし' },
  getsOwnTags: { en: "the city's own tags", ja: '市のタグ' },
  getsAll: { en: "the city's own tags, operators' sealed", ja: '市のタグ、事業者のタグ（暗号化）' },
  getsOperators: { en: 'tags of {operators}, sealed', ja: '{operators} のタグ（暗号化）' },
  getsOpened: { en: 'tags of {operators}, opened there', ja: '{operators} のタグ（復号して保存）' },
  consoleIsOpen: { en: 'Console at {listen}', ja: 'コンソール（{listen}）' },
  consoleAccounts: {
    en: 'Who looks after this box may sign in: {viewers} {viewers:account|accounts} to look, {technicians} to look and change, in {file}. Of an account its name, role and the hash of its password are kept, until it is removed. The console tells nobody whose tag was seen.',
    ja: 'この機器を管理する人がサインインできます: 閲覧のみ {viewers} 件、閲覧と変更 {technicians} 件（{file}）。アカウントは、名前、役割、パスワードのハッシュを、削除するまで保存します。誰のタグを検知したかは、コンソールでは誰にも表示しません。',
  },
  consoleAudit: {
    en: 'The audit: who signed in, and who changed what, when and from which address. Why: so that whoever changed something can be held to it. How long: {days} {days:day|days}. Told to whoever runs this machine (machimori console audit).',
    ja: '操作記録: 誰がサインインし、誰が、いつ、どのアドレスから、何を変更したか。目的: 変更した人が分かるようにするため。期間: {days} 日。提供先: この機器を管理する人（machimori console audit）。',
  },
  ownSide: { en: "Kept by {name}, an operator's own side", ja: '{name}（事業者側）が保存するもの' },
  keepsSightings: {
    en: "Sightings of {operators}'s enrolled tags, opened: its name for the tag, times, place, detector or phone, strength of the signal; never what a tag sends. Why: to tell where a lost person's tag was. How long: {days} {days:day|days}, or until the tag is struck out.",
    ja: '{operators} の登録済みタグの検知（復号済み）: タグの名前、時刻、場所、検知器または端末、電波の強さ。タグの識別子は含みません。目的: 行方の分からない方のタグの場所を答えるため。期間: {days} 日、またはタグの登録を削除するまで。',
  },
  keepsTable: {
    en: 'The enrolled tags, in {file}: name, identifier, date and reference of the consent. Why: without a consent nothing is kept. How long: until the operator strikes a tag out. Identifiers are told to nobody.',
    ja: '登録済みタグの表 {file}: 名前、識別子、同意日、同意書の番号。目的: 同意のあるタグだけを保存するため。期間: 事業者が登録を削除するまで。識別子は誰にも提供しません。',
  },
  accountsMay: {
    en: 'Told to {count} {count:account|accounts}, in {file}; of these {enrol} may enrol tags, and see their names and consents. Of an account its name and the hash of its token are kept, until it is removed.',
    ja: '提供先: {file} のアカウント {count} 件。うち {enrol} 件はタグを登録でき、名前と同意の記録を閲覧できます。アカウントは、名前とトークンのハッシュを、削除するまで保存します。',
  },
  nobodyAsks: {
    en: 'Told to nobody: it does not listen for questions.',
    ja: '提供先: なし（照会を受け付けていません）。',
  },
  accountsUnreadable: {
    en: 'Told to nobody now: the file of accounts cannot be read.',
    ja: '提供先: 現在なし（アカウントのファイルを読み取れません）。',
  },
  keepsAudit: {
    en: 'The audit: which account asked for which tag and window, or enrolled or struck out which, when, and from which address. Why: so that whoever looked can be held to it. How long: {days} {days:day|days}, also of tags that were struck out. Told to whoever runs this machine (machimori operator audit).',
    ja: '照会の記録: どのアカウントが、いつ、どのアドレスから、どのタグと期間を照会したか、またはタグを登録・削除したか。目的: 閲覧の責任を明らかにするため。期間: {days} 日（登録を削除したタグの記録も含みます）。閲覧できるのは、この機器の管理者です（machimori operator audit）。',
  },
  keepsUnknown: { en: 'not known here', ja: 'この機器では不明' },
  neverErased: { en: 'Nothing was ever erased by hand here.', ja: '手動で消去したことはありません。' },
  lastErased: {
    en: 'Erased by hand {count} {count:time|times}, the last at {at}: {readings} {readings:reading|readings}.',
    ja: '手動での消去は {count} 回、最後は {at}（{readings} 件）です。',
  },
});
