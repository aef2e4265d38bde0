import { sentences } from '../../shared/text.ts';

export const say = sentences('web-table', {
  summary: {
    en: 'A place in a table of an outside web source, described by a profile',
    ja: '外部のWebデータの表に載っている地点（プロファイルで定義）',
  },
  profile: {
    en: 'How a document becomes readings: the name of a profile.',
    ja: '文書を測定値に変換する方法。プロファイルの名前。',
  },
  row: {
    en: "What stands in the row-key column of this device's rows; without a row-key all rows are its own.",
    ja: 'この機器の行で row-key の列に書かれている文字。row-key がなければ、すべての行がこの機器のものです。',
  },
  formatJson: { en: 'A JSON document (RFC 8259).', ja: 'JSON文書（RFC 8259）。' },
  formatCsv: { en: 'A CSV file (RFC 4180).', ja: 'CSVファイル（RFC 4180）。' },
  formatHtml: { en: 'A table of an HTML page.', ja: 'HTMLページの表。' },
  mustBeFormat: {
    en: 'must have the format "json", "csv" or "html"',
    ja: 'のformatは "json"、"csv"、"html" のいずれかで指定してください',
  },
  rows: {
    en: 'JSON pointer (RFC 6901) to the list of rows, such as "/data/stations"; "" is the whole document.',
    ja: '行の配列を指すJSONポインター（RFC 6901）。"/data/stations" など。"" は文書全体です。',
  },
  pointer: {
    en: 'JSON pointer (RFC 6901), such as "/water/level"; within a row it begins at the row.',
    ja: 'JSONポインター（RFC 6901）。"/water/level" など。行の中では、その行を起点とします。',
  },
  mustBePointer: {
    en: 'must be a JSON pointer such as "/data/stations": each step behind a "/", at most 16',
    ja: 'は "/data/stations" のようなJSONポインターで指定してください（各段の前に「/」、16段まで）',
  },
  column: {
    en: 'The text in the header of the column; if the header has two or three rows, their texts joined by a blank.',
    ja: '列の見出しの文字。見出しが2～3段の場合は、上から順に空白でつなぎます。',
  },
  mustBeColumn: { en: 'must be the name of a column', ja: 'は列の名前で指定してください' },
  separator: { en: 'What separates the columns.', ja: '列の区切り文字。' },
  mustBeCharacter: {
    en: 'must be one character, and not a double quote',
    ja: 'は二重引用符以外の1文字で指定してください',
  },
  header: {
    en: 'Whether the table has a header; without one, columns are called "1", "2", and so on.',
    ja: '表に見出しがあるか。ない場合、列は "1"、"2" … と呼びます。',
  },
  table: {
    en: 'CSS selector of the table, or of something around it; of several, the first with all columns counts.',
    ja: '表またはそれを囲む要素のCSSセレクター。複数ある場合は、列がすべてそろう最初の表を使います。',
  },
  selector: { en: 'CSS selector of the element.', ja: '要素のCSSセレクター。' },
  mustBeSelector: { en: 'must be a CSS selector', ja: 'はCSSセレクターで指定してください' },
  label: {
    en: 'The text of the cell to the left of it.',
    ja: '左隣のセルの文字。',
  },
  rowKey: {
    en: 'The column (JSON pointer) that says whose row it is; each device names its own with row.',
    ja: 'どの地点の行かを示す列（JSONポインター）。各機器は row で自分の行を指定します。',
  },
  fields: { en: 'Which value of a row becomes which quantity.', ja: '行のどの値をどの項目にするか。' },
  mustHaveField: { en: 'must have at least one field', ja: 'には1件以上のフィールドが必要です' },
  suffix: {
    en: 'What may stand behind the number, such as ["m"]; anything else behind it is an error, since it may be another unit.',
    ja: '数値の後に付いてよい文字。["m"] など。ほかの文字が付いていれば、単位が違うおそれがあるためエラーにします。',
  },
  words: {
    en: 'What the texts of the page mean, for a state: any other text is an error.',
    ja: '状態を表す文字の意味。ここにない文字はエラーにします。',
  },
  written: { en: 'The text on the page.', ja: 'ページに書かれている文字。' },
  means: { en: 'The value in the reading.', ja: '測定値での値。' },
  mustBeValue: {
    en: 'must be a text, a number, true or false',
    ja: 'は文字列、数値、true、falseのいずれかで指定してください',
  },
  kind: { en: 'The kind of the readings.', ja: '測定値の種別。' },
  time: {
    en: "Where a row has its time; without it, the document's time counts.",
    ja: '行の中の時刻の位置。指定しない場合は文書の時刻を使います。',
  },
  dateFrom: {
    en: 'The column with the date, if it stands apart from the time.',
    ja: '日付が時刻と別の列にある場合の、日付の列。',
  },
  documentTime: {
    en: 'Where the document says of when it is; it also gives rows the date or year that they leave out.',
    ja: '文書全体の時刻の位置。行で省略された日付や年も、ここから補います。',
  },
  timeFormat: {
    en: 'How the time is written: "auto" (ISO 8601, 2026/11/26 14:10, 11/26 14:10, Japanese eras, 24:00), "iso", "epoch-s", "epoch-ms", or a pattern such as "YYYY.MM.DD hh:mm".',
    ja: '時刻の書式。"auto"（ISO 8601、2026/11/26 14:10、11/26 14:10、令和8年11月26日14時10分、24:00など）、"iso"、"epoch-s"、"epoch-ms"、または "YYYY.MM.DD hh:mm" のようなパターン。',
  },
  mustBeTimeFormat: {
    en: 'must be "auto", "iso", "epoch-s", "epoch-ms" or a pattern with YYYY (or YY), MM, DD, hh and mm once each',
    ja: 'は "auto"、"iso"、"epoch-s"、"epoch-ms"、または YYYY（YY）、MM、DD、hh、mm を1回ずつ含むパターンで指定してください',
  },
  noValue: {
    en: 'Further texts that stand for "no value"; strokes, asterisks, empty cells, -9999 and the usual Japanese words are known.',
    ja: '「値なし」を表す文字の追加。「-」「***」、空欄、-9999、欠測、閉局などは標準で認識します。',
  },
  rowWithoutKey: {
    en: 'row names a row, but the profile has no row-key',
    ja: 'row を指定していますが、プロファイルに row-key がありません',
  },
  addRowKey: {
    en: 'Add row-key to the profile: the column in which the name stands; or remove row',
    ja: 'プロファイルに、名前が書かれている列を row-key で指定するか、row を削除してください',
  },
  keyWithoutRow: {
    en: 'the profile has a row-key, but the device does not say which row is its own',
    ja: 'プロファイルに row-key がありますが、機器の row が指定されていません',
  },
  addRow: {
    en: 'Add row = "…" with what stands in that column',
    ja: 'その列に書かれている文字を row = "…" で指定してください',
  },
  timeless: {
    en: 'the profile has no time, so nobody can tell a page that has stopped from one that is current',
    ja: 'プロファイルに時刻の指定がないため、更新の止まったページと最新のページを区別できません',
  },
  addTime: {
    en: 'Add time or document-time if the page says when it is from',
    ja: 'ページに時刻が書かれていれば、time または document-time を追加してください',
  },

  notJson: { en: 'the document is not JSON', ja: '文書がJSONではありません' },
  notRows: {
    en: '"{pointer}" leads to neither an object nor a list of them',
    ja: '"{pointer}" の先が、オブジェクトでもその配列でもありません',
  },
  noParser: {
    en: 'HTML cannot be read: the package cheerio is not installed (npm install cheerio)',
    ja: 'HTMLを読めません。cheerioパッケージがインストールされていません（npm install cheerio）',
  },
  noElement: { en: 'nothing on the page is {selector}', ja: 'ページに {selector} に当たるものがありません' },
  noTable: { en: '{selector} is, or has, no table', ja: '{selector} は表ではなく、中に表もありません' },
  noRows: { en: 'the table has no rows', ja: '表に行がありません' },
  noLabel: { en: 'no cell says {label}', ja: '{label} というセルがありません' },
  columnsMoved: {
    en: '{count:the column|the columns} {columns} {count:is|are} not there; there are now: {there}',
    ja: '列 {columns} がありません。現在あるのは次の列です: {there}',
  },
  pointerMoved: {
    en: '"{pointer}" leads to nothing; at "{reached}" there are now: {there}',
    ja: '"{pointer}" の先には何もありません。"{reached}" に現在あるもの: {there}',
  },
  memberMoved: {
    en: '"{pointer}" leads to nothing; there are now: {there}',
    ja: '"{pointer}" の先には何もありません。現在あるもの: {there}',
  },
  listThere: {
    en: '"{pointer}" leads to nothing; at "{reached}" there is a list of {count}',
    ja: '"{pointer}" の先には何もありません。"{reached}" は{count}件の配列です',
  },
  valueThere: {
    en: '"{pointer}" leads to nothing; at "{reached}" there is a single value',
    ja: '"{pointer}" の先には何もありません。"{reached}" は単独の値です',
  },
  rowMoved: {
    en: 'no row has "{row}" in {key}; there are now: {there}',
    ja: '{key} が「{row}」の行がありません。現在あるもの: {there}',
  },
  nothing: { en: 'nothing', ja: 'なし' },
  andMore: { en: '{names} and {count} more', ja: '{names} ほか{count}件' },
  badTime: { en: 'the time "{raw}" ({from}) cannot be read', ja: '時刻「{raw}」（{from}）を読み取れません' },
  otherTime: {
    en: 'the time {time} ({from}) is not of the last 400 days',
    ja: '時刻 {time}（{from}）が過去400日の範囲にありません',
  },
  notNumber: {
    en: '{quantity} ({from}) is not a number: "{raw}"; what stands behind a number is named with suffix',
    ja: '{quantity}（{from}）が数値ではありません:「{raw}」。数値の後に付く文字は suffix で指定します',
  },
  notBoolean: {
    en: '{quantity} ({from}) is neither true nor false: "{raw}"',
    ja: '{quantity}（{from}）が真偽値ではありません:「{raw}」',
  },
  notText: { en: '{quantity} ({from}) is not text', ja: '{quantity}（{from}）が文字列ではありません' },
  unknownWord: {
    en: '{quantity} ({from}) says "{raw}", which is none of its words',
    ja: '{quantity}（{from}）の「{raw}」は words にありません',
  },
});
