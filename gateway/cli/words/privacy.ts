import { sentences } from '../../../shared/text.ts';

/** privacy. */
export const say = sentences('cli.privacy', {
  privacy: { en: 'personal data on this box (erase)', ja: 'この機器にある個人データ: 消去' },
  erase: {
    en: 'erase what waits of a tag or of an operator, and look for what is left',
    ja: '送信待ちの検知をタグまたは事業者ごとに消去し、残っていないか調べる',
  },
  optionTag: {
    en: "name of a tag of the city's own, as the detector's configuration has it",
    ja: '市のタグの名前（検知器の設定にある名前）',
  },
  optionOperator: { en: 'id of an operator: all of its sightings', ja: '事業者のid（その事業者の検知をすべて消去）' },
  eraseFirst: {
    en: 'Take the tag out of the configuration, or revoke the operator, first: what is seen meanwhile is not erased.',
    ja: '先に設定からタグを外すか、事業者の登録を取り消してください。消去の間に検知したものは消去されません。',
  },
  eraseArchives: {
    en: 'Everything that waits here is erased: each receiver is told of a gap with the reason "erased", and damaged files that were set aside are removed. Archives are not touched. Then every file in the data directory is searched, and erasures.jsonl there gets a line that does not say whose data it was.',
    ja: 'この機器で送信を待つものを消去し、送信先には理由 "erased" の欠番を伝えます。破損して退避されたファイルも削除します。アーカイブは消去しません。その後、データディレクトリのすべてのファイルを検索し、誰のデータかは書かずに erasures.jsonl に1行を記録します。',
  },
  eraseExit: {
    en: 'Exits with 1 if a file still holds the name or id.',
    ja: '名前またはidの残るファイルがあれば終了コード1。',
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
    en: '{count} readings erased: {sealed} sealed, {open} not sealed yet, {held} waiting for the clock, {refused} refused',
    ja: '{count} 件を消去しました: 送信待ち {sealed} 件、未封止 {open} 件、時刻待ち {held} 件、受信拒否 {refused} 件',
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
});
