import { sentences } from '../../../shared/text.ts';

/** What is wrong with a line that is not TOML, and how it is written. */
export const say = sentences('slips', {
  write: { en: 'Write: {line}', ja: '次のように書いてください: {line}' },
  writeTwo: {
    en: 'Write two lines: {first} and {second}',
    ja: '2行に分けて書いてください: {first} と {second}',
  },
  fullWidth: { en: '"{character}" is a full-width character', ja: '「{character}」は全角文字です' },
  lookAlike: {
    en: '"{character}" looks like a plain character, but is another one',
    ja: '「{character}」は半角の記号に似た別の文字です',
  },
  wideSpace: { en: 'there is a full-width space', ja: '全角の空白があります' },
  otherSpace: {
    en: 'there is a blank that is not the plain one ({code})',
    ja: '通常の半角空白ではない空白（{code}）があります',
  },
  invisible: {
    en: 'there is an invisible character ({code})',
    ja: '目に見えない文字（{code}）があります',
  },
  removeInvisible: {
    en: 'Remove it: write the text again by hand instead of pasting it',
    ja: '貼り付けずに手で入力し直し、この文字を取り除いてください',
  },
  quoteMark: {
    en: 'text stands between plain quotes "…", not {mark}',
    ja: '文字列は {mark} ではなく半角の引用符 "…" で囲みます',
  },
  doubledQuotes: { en: 'the quotes are doubled', ja: '引用符が二重になっています' },
  unclosedQuote: { en: 'the quote is never closed', ja: '引用符が閉じられていません' },
  unopenedQuote: { en: 'the quote is never opened', ja: '始めの引用符がありません' },
  unclosedText: {
    en: 'the text that begins with {mark} is never closed',
    ja: '{mark} で始まる文字列が閉じられていません',
  },
  closeText: { en: 'Close it with {mark}', ja: '{mark} で閉じてください' },
  afterText: { en: 'something stands after the closing quote', ja: '閉じの引用符の後に余分な文字があります' },
  backslash: {
    en: 'in "…" a backslash begins an escape sequence',
    ja: '"…" の中では \\ （¥）が特別な意味を持ちます',
  },
  needsQuotes: { en: 'text needs quotes', ja: '文字列は引用符で囲む必要があります' },
  notFlag: { en: '{word} is written true or false in TOML', ja: '{word} は、TOMLでは true か false と書きます' },
  notNumber: {
    en: '{word} is not written as TOML writes numbers',
    ja: '{word} は、TOMLの数値の書き方ではありません',
  },
  writeNumber: {
    en: 'Write it in digits, without a unit: {name} = 1234 or {name} = 12.34',
    ja: '半角数字だけで、単位を付けずに書いてください（例: {name} = 1234、{name} = 12.34）',
  },
  writeFlag: { en: 'Write {name} = true or {name} = false', ja: '{name} = true か {name} = false と書いてください' },
  unitInNumber: {
    en: 'a number stands alone, without a unit',
    ja: '数値には単位を付けません',
  },
  unitNeedsQuotes: {
    en: 'an amount with its unit is text and needs quotes',
    ja: '単位の付いた値は文字列なので、引用符で囲みます',
  },
  noNothing: { en: 'TOML has no {word}', ja: 'TOMLに {word} はありません' },
  leaveOut: {
    en: 'Remove the line, or make it a comment: {line}',
    ja: '行を削除するか、コメントにしてください: {line}',
  },
  commentMark: { en: 'a comment begins with #', ja: 'コメントは # で始めます' },
  separator: {
    en: 'a name and its value are joined by =',
    ja: '名前と値は = でつなぎます',
  },
  blankInName: { en: 'a name has no blanks', ja: '名前に空白は使えません' },
  noValue: { en: '{name} has no value', ja: '{name} に値がありません' },
  giveValue: {
    en: 'Write {name} = and its value on the same line, or remove the line',
    ja: '同じ行に {name} = 値 の形で書くか、行を削除してください',
  },
  trailing: { en: 'nothing stands after a value', ja: '値の後には何も書きません' },
  twoOnLine: { en: 'every setting has a line of its own', ja: '設定は1行に一つずつ書きます' },
  unclosedBracket: { en: 'the bracket {mark} is never closed', ja: '括弧 {mark} が閉じられていません' },
  unopenedBracket: { en: 'the bracket of a table is never opened', ja: 'テーブルの始めの角括弧がありません' },
  headerBrackets: {
    en: 'a table stands between [ ] or [[ ]]',
    ja: 'テーブルの名前は [ ] か [[ ]] で囲みます',
  },
  listBrackets: { en: 'a list stands between [ ]', ja: 'リストは [ ] で囲みます' },
  missingComma: { en: 'a comma is missing between two entries', ja: '項目の間にカンマがありません' },

  keyTwice: { en: '{name} is set in line {first} already', ja: '{name} は{first}行目ですでに指定されています' },
  keepOne: { en: 'Remove one of the two lines', ja: 'どちらかの行を削除してください' },
  keepOneEntry: { en: 'Remove one of the two', ja: 'どちらかを削除してください' },
  twiceInside: { en: 'a name stands twice in the same table', ja: '同じテーブルに同じ名前が2回あります' },
  tableTwice: {
    en: 'the table [{name}] is in line {first} already',
    ja: 'テーブル [{name}] は{first}行目にすでにあります',
  },
  mergeTables: {
    en: 'Put its settings there and remove this line. If two examples were pasted together, keep one [{name}]',
    ja: '設定をそちらにまとめ、この行を削除してください。例を二つ貼り付けた場合は [{name}] を一つだけ残してください',
  },
  notAList: {
    en: '[{name}] is for a table that exists once, but there may be several of {name}',
    ja: '[{name}] は一つしか書けないテーブルの書き方ですが、{name} は複数書けます',
  },
  noParent: {
    en: '[[{name}]] stands before the [[{parent}]] to which it belongs',
    ja: '[[{name}]] が、属する [[{parent}]] より前にあります',
  },
  parentFirst: { en: 'Write it below its [[{parent}]]', ja: '[[{parent}]] より下に書いてください' },

  notStatement: {
    en: 'this line is no setting (name = value), no table ([name]) and no comment (# …): {line}',
    ja: 'この行は設定（名前 = 値）でも、テーブル（[名前]）でも、コメント（# …）でもありません: {line}',
  },
  removeLine: {
    en: 'Correct or remove it, or begin it with #',
    ja: '修正または削除するか、行頭に # を付けてください',
  },
  otherFormat: { en: 'this is {format}, not TOML', ja: 'これはTOMLではなく {format} です' },
  useToml: {
    en: 'Write [gateway] and below it id = "gateway-01"; machimori config prints an example',
    ja: '[gateway] の下に id = "gateway-01" のように書きます。例は machimori config で出力できます',
  },
  oldLineEnds: {
    en: 'the lines end in CR alone, so that the whole file is one line',
    ja: '改行がCRだけなので、ファイル全体が1行になっています',
  },
  saveLineEnds: {
    en: "Save it with line ends LF, or run: tr '\\r' '\\n' < old.toml > new.toml",
    ja: "改行をLFにして保存し直すか、次を実行してください: tr '\\r' '\\n' < old.toml > new.toml",
  },
  strayReturn: {
    en: 'a carriage return (CR), which cannot be seen, stands where no line ends, as in CR CR LF',
    ja: '行末の CR LF 以外の位置に、目に見えない復帰文字（CR）があります（CR CR LF など）',
  },
  removeReturns: {
    en: "Save it with line ends LF, or run: tr -d '\\r' < old.toml > new.toml",
    ja: "改行をLFにして保存し直すか、次を実行してください: tr -d '\\r' < old.toml > new.toml",
  },
  control: {
    en: 'there is a control character ({code})',
    ja: '制御文字（{code}）があります',
  },
});

/** How people spell what TOML spells in one way only. */
export const YES = /^(true|yes|on|はい|真|有|あり|有効|オン)$/i;
export const NO = /^(false|no|off|いいえ|偽|無|なし|無効|オフ)$/i;
export const NOTHING = /^(null|nil|none|undefined|n\/a|-|なし|無し|未設定|空)$/i;

export const TIMES: readonly (readonly [RegExp, string])[] = [
  [/^(ms|msecs?|milliseconds?|ミリ秒)$/i, 'ms'],
  [/^(s|secs?|seconds?|秒間?)$/i, 's'],
  [/^(m|mins?|minutes?|分間?)$/i, 'm'],
  [/^(h|hrs?|hours?|時間)$/i, 'h'],
  [/^(d|days?|日間?)$/i, 'd'],
];
export const SIZES: readonly (readonly [RegExp, string])[] = [
  [/^(k|kb|kbytes?|kib|キロバイト)$/i, 'kB'],
  [/^(m|mb|mbytes?|mib|メガバイト|メガ)$/i, 'MB'],
  [/^(g|gb|gbytes?|gib|ギガバイト|ギガ)$/i, 'GB'],
];

/** What passes for a hyphen; the sign of a long vowel is on the same key of a Japanese keyboard. */
export const DASHES = '‐‑‒–—―−－ー─ｰ';
