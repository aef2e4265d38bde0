import { sentences } from '../../../shared/text.ts';

export const say = sentences('tags', {
  // Settings
  type: {
    en: 'At an operator: where the tags that it has enrolled were seen (docs/operator.md).',
    ja: '事業者側: 登録済みタグの検知場所を保存し、照会に答えます（docs/operator.md）。',
  },
  url: {
    en: 'The database: "sqlite:tags.sqlite", a file in the data directory, or "postgres://user@host:5432/database?sslmode=verify-full".',
    ja: 'データベース。"sqlite:tags.sqlite"（データディレクトリのファイル）または "postgres://user@host:5432/database?sslmode=verify-full"。',
  },
  schema: {
    en: 'Schema of the tables in PostgreSQL, for nothing else; it is created if the user may.',
    ja: 'PostgreSQLの専用スキーマ。権限があれば自動で作成します。',
  },
  operatorKeyFile: {
    en: "The operator's private key, as `machimori operator keys` made it; readable by the gateway alone.",
    ja: 'machimori operator keys で作成した事業者の秘密鍵。ゲートウェイだけが読めるようにします。',
  },
  enrolledFile: {
    en: 'The enrolled tags, CSV: tag, identifier, opt_in, consent. Read again when it changes; what is known of a tag that was struck out is erased.',
    ja: '登録済みタグのCSV（tag、identifier、opt_in、consent）。変更されると読み直し、削除されたタグの記録は消去します。',
  },
  retention: {
    en: 'Sightings older than this are deleted, and not stored if they arrive later. As the operator told the city.',
    ja: 'この期間を過ぎた検知は削除し、後から届いても保存しません。自治体に届け出た期間にします。',
  },
  maxSize: {
    en: 'SQLite: most bytes of the file with its log. The oldest sightings make room for new ones.',
    ja: 'SQLite: ファイルとログの合計サイズの上限。新しい検知のために最も古いものから削除します。',
  },
  maxSpeed: {
    en: 'In m/s. A sighting that would need a higher speed is told as unlikely.',
    ja: '秒速（m/s）。これより速い移動が必要な検知は「ありそうにない」と示します。',
  },
  listen: {
    en: 'Where questions are answered: over HTTP on this machine, over HTTPS with a certificate. Without it nobody can ask.',
    ja: '照会に応答する待ち受けアドレス（この機器内ではHTTP、証明書を指定すればHTTPS）。省略すると照会できません。',
  },
  listenCertFile: {
    en: 'Certificate (PEM) with which questions are answered.',
    ja: '照会に応答するサーバー証明書（PEM）。',
  },
  listenKeyFile: { en: 'Its private key (PEM).', ja: '証明書の秘密鍵（PEM）。' },
  accountsFile: {
    en: 'Who may ask, and who may enrol, as `machimori operator account` wrote it. Read again when it changes.',
    ja: '照会やタグの登録ができるアカウントのファイル（machimori operator account で作成）。変更されると読み直します。',
  },
  perMinute: {
    en: 'Questions a minute from one account, and from one address.',
    ja: '1つのアカウント、および1つのアドレスから1分間に受け付ける照会の数。',
  },
  auditRetention: {
    en: 'How long it is kept who asked for which tag.',
    ja: '照会の記録（誰がどのタグを照会したか）を保存する期間。',
  },
  answerTimeout: {
    en: 'A database that takes longer than this for a transaction is given up; the batches are sent again.',
    ja: 'トランザクションがこの時間を超えた場合は接続をやり直し、バッチを再送します。',
  },

  // Faults of the settings
  mustBeLarger: { en: 'must be at least {min} MB', ja: 'は{min} MB以上にしてください' },
  mustBeSpeed: { en: 'must be between 1 and 400 m/s', ja: 'は1〜400 m/sにしてください' },
  whoseTags: { en: 'it does not say whose sightings it takes', ja: 'どの事業者の検知を保存するかが指定されていません' },
  nameOperator: {
    en: 'Name the operator as the city has taken it up: operators = ["alsok"]',
    ja: '自治体に登録した事業者のidを書いてください: operators = ["alsok"]',
  },
  noTable: { en: 'the file {file} does not exist', ja: 'ファイル {file} がありません' },
  makeTable: {
    en: 'Write a CSV file with the columns tag, identifier, opt_in and consent; without tags it has that line alone',
    ja: 'tag・identifier・opt_in・consent の列を持つCSVを用意してください（タグがなければ見出しだけ）',
  },
  readableByOthers: { en: 'others than its owner can read {file}', ja: '{file} が所有者以外にも読めます' },
  openToOthers: { en: 'others than its owner can read it', ja: '所有者以外にも読めます' },
  chmod: { en: 'Run: chmod 600 {file}', ja: '次を実行してください: chmod 600 {file}' },
  nobodyListens: { en: 'does nothing: nobody can ask', ja: 'は効果がありません（照会を受け付けていません）' },
  addListen: { en: 'Set listen, or remove it', ja: 'listen を指定するか、削除してください' },
  openWithoutTls: {
    en: 'where people are would travel unencrypted',
    ja: '人の居場所が暗号化されずに送られます',
  },
  addCertificate: {
    en: 'Set listen-cert-file and listen-key-file, or listen on 127.0.0.1',
    ja: 'listen-cert-file と listen-key-file を指定するか、127.0.0.1 で待ち受けてください',
  },
  noAccounts: { en: 'nobody has an account to ask with', ja: '照会できるアカウントがありません' },
  makeAccount: {
    en: 'Make one: machimori operator account asking.accounts family-desk',
    ja: '作成してください: machimori operator account asking.accounts family-desk',
  },

  // Accounts
  badAccount: { en: 'line {line} is no account', ja: '{line}行目がアカウントの形式ではありません' },
  tooManyAccounts: { en: 'more than {max} accounts', ja: 'アカウントが{max}件を超えています' },
  badName: { en: 'this is no name for an account', ja: 'アカウント名に使えません' },
  goodName: {
    en: 'Use up to 64 letters, digits, ".", "_" and "-", with a letter or digit first',
    ja: '英数字と . _ - の64文字以内（先頭は英数字）にしてください',
  },

  // The operator's key and table
  keyFault: { en: '{file}: {what}', ja: '{file}: {what}' },
  noKeyFile: { en: 'there is no such file', ja: 'ファイルがありません' },
  keyIsFolder: { en: 'this is a folder', ja: 'フォルダーです' },
  notKey: { en: 'this is no X25519 private key', ja: 'X25519の秘密鍵ではありません' },
  otherKey: {
    en: 'this is a private key of another kind ({type}), no X25519 private key',
    ja: '別の種類（{type}）の秘密鍵で、X25519の秘密鍵ではありません',
  },
  publicKeyThere: { en: 'this is a public key, and the private one is needed', ja: '公開鍵です。秘密鍵が必要です' },
  certificateThere: { en: 'this is a certificate, no private key', ja: '証明書です。秘密鍵ではありません' },
  keyWithPassphrase: {
    en: 'this private key has a passphrase, which nobody is there to type',
    ja: 'パスフレーズ付きの秘密鍵は使えません（入力する人がいないため）',
  },
  nameKey: {
    en: 'Name the operator.key that machimori operator keys made',
    ja: 'machimori operator keys で作成した operator.key を指定してください',
  },
  badRow: { en: 'line {line}: {what}', ja: '{line}行目: {what}' },
  noColumn: { en: 'there is no column {name}', ja: '{name} の列がありません' },
  notIdentifier: {
    en: 'the identifier must be a format, ":" and at most 20 bytes in hexadecimal digits, or eid:<key>,<exponent 6 to 15>,<Unix time at 0>, or irk:<key>',
    ja: 'identifier は「形式:16進数（20バイトまで）」、eid:<鍵>,<指数6〜15>,<時計が0のUNIX時刻>、irk:<鍵> のいずれかでなければなりません',
  },
  whichEddystone: {
    en: 'the identifier must say which Eddystone: eddystone-uid: (16 bytes), eddystone-eid: (8), or eid:<key>,… if it rotates',
    ja: 'identifier にはEddystoneの種類を書いてください: eddystone-uid:（16バイト）、eddystone-eid:（8バイト）、識別子が変わるタグは eid:<鍵>,…',
  },
  notLength: {
    en: 'the identifier of {format} must have {expected} bytes, and has {length}',
    ja: '{format} の identifier は{expected}バイトでなければなりません（{length}バイトあります）',
  },
  rawTooLong: {
    en: 'the identifier must have at most {max} bytes, and has {length}',
    ja: 'identifier は{max}バイト以内でなければなりません（{length}バイトあります）',
  },
  notOptIn: {
    en: 'opt_in must be the date of the consent, such as 2026-04-01',
    ja: 'opt_in には同意した日付を書いてください（例: 2026-04-01）',
  },
  notTagName: {
    en: 'the tag needs a name of at most {max} characters, without control characters',
    ja: 'tag には{max}文字以内の名前が必要です（制御文字は使えません）',
  },
  identifierTwice: { en: 'the identifier stands in line {first} too', ja: '同じ識別子が{first}行目にもあります' },
  tooManyTags: { en: 'more than {max} tags', ja: 'タグが{max}件を超えています' },
  tooLong: { en: 'a line of more than {max} characters', ja: '{max}文字を超える行があります' },
  notTable: { en: 'it is not a table ({why})', ja: '表として読めません（{why}）' },
  correctTable: { en: 'Correct the table', ja: '表を直してください' },
  fileUnreadable: { en: 'it cannot be read ({why})', ja: '読み取れません（{why}）' },
  checkPath: { en: 'Check the path and the permissions', ja: 'パスと権限を確認してください' },

  // Enrolment by a program
  notPlain: {
    en: '{column} must not begin or end with white space, nor have control characters',
    ja: '{column} の前後に空白を付けたり、制御文字を使ったりすることはできません',
  },
  noConsent: { en: 'consent must say where the consent is kept', ja: 'consent に同意書の番号などを書いてください' },
  notTagBody: {
    en: 'the body must be JSON with identifier, opt_in and consent, each a text',
    ja: '本文は identifier・opt_in・consent（いずれも文字列）を持つJSONでなければなりません',
  },
  identifierTaken: { en: 'another tag has this identifier', ja: 'この識別子は別のタグに登録されています' },
  mayNotEnrol: { en: 'this account may not enrol tags', ja: 'このアカウントにはタグを登録する権限がありません' },
  tableBusy: {
    en: 'the table is being edited, or too many changes wait: send it again',
    ja: '表が編集中か、変更が集中しています。もう一度送ってください',
  },
  waitForEditor: { en: 'Finish editing it first', ja: '編集を終えてください' },

  // What is wrong while it runs
  tableUnused: {
    en: 'Destination {name} goes by the enrolled tags as they were, since their file has changed and cannot be taken: {why}',
    ja: '送信先 {name} は登録済みタグのファイルの変更を取り込めず、以前の内容のまま動作しています: {why}',
  },
  nobodyMayAsk: {
    en: 'Destination {name} answers nobody: {why}',
    ja: '送信先 {name} は誰の照会にも応答できません: {why}',
  },
  keyOpen: {
    en: 'Destination {name} will not start again: others than its owner can read {file}. Run: chmod 600 {file}',
    ja: '{file} が所有者以外にも読めるため、送信先 {name} は次回から起動できません。次を実行してください: chmod 600 {file}',
  },

  // What happens
  clockNotSet: {
    en: 'the clock is not set, so nobody can tell what is past its retention',
    ja: '時計が合っていないため、保持期間を判断できません',
  },
  schemaOfOther: { en: 'the schema has other tables', ja: 'スキーマに別のテーブルがあります' },
  otherSchema: { en: 'Give the tags a schema of their own', ja: 'タグ専用のスキーマを指定してください' },
});
