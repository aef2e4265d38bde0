import { sentences } from '../../shared/text.ts';

/** Of the archive's database: the destination writes it, the report and the port `archive` read it. */
export const say = sentences('postgres', {
  passwordFile: {
    en: "File with the database user's password; readable by the gateway alone.",
    ja: 'データベースユーザーのパスワードを書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  caFile: {
    en: "Certificate authority (PEM), if the database's is not a public one.",
    ja: 'データベースの証明書が公的認証局のものでない場合の認証局証明書（PEM）。',
  },
  certFile: {
    en: 'Client certificate (PEM), if the database asks for one.',
    ja: 'クライアント証明書（PEM）。データベースが要求する場合に指定します。',
  },
  keyFile: {
    en: 'Key of the client certificate (PEM); readable by the gateway alone.',
    ja: 'クライアント証明書の秘密鍵（PEM）。ゲートウェイだけが読めるようにします。',
  },

  noAddress: { en: '"{url}" is not the address of an archive', ja: '"{url}" はアーカイブのアドレスではありません' },
  writeAddress: {
    en: 'Write sqlite:history.sqlite or postgres://user@host:5432/database',
    ja: 'sqlite:history.sqlite または postgres://user@host:5432/database と書いてください',
  },
  noUser: { en: '"{url}" names no user', ja: '"{url}" にユーザー名がありません' },
  noDatabase: { en: '"{url}" names no database', ja: '"{url}" にデータベース名がありません' },
  unknownParameter: { en: 'the address has "{name}"', ja: 'アドレスに "{name}" があります' },
  knownParameters: {
    en: 'Only sslmode and host (the folder of a Unix socket) may follow the "?"',
    ja: '「?」の後に書けるのは sslmode と host（Unixソケットのフォルダー）だけです',
  },
  unknownMode: { en: 'sslmode "{mode}" is not known here', ja: 'sslmode "{mode}" は使えません' },
  knownModes: {
    en: 'Write verify-full, verify-ca, require or disable',
    ja: 'verify-full、verify-ca、require、disable のいずれかを書いてください',
  },
  passwordInUrl: { en: 'the address holds a password', ja: 'アドレスにパスワードが含まれています' },
  usePasswordFile: {
    en: 'Use password-file, so that it stays out of logs',
    ja: 'ログに残らないよう、password-file を使ってください',
  },
  unverified: {
    en: 'the certificate of the database is not verified: anybody in between could read and change what is sent',
    ja: 'データベースの証明書を検証しません。途中の第三者が通信を読み書きできます',
  },
  verifyFull: {
    en: 'Use sslmode=verify-full, with ca-file if its authority is not a public one',
    ja: 'sslmode=verify-full を使い、公的認証局でなければ ca-file を指定してください',
  },
  clearText: { en: 'readings travel unencrypted', ja: '測定値が暗号化されずに送られます' },
  useTls: {
    en: 'Remove sslmode=disable if the database offers TLS',
    ja: 'データベースがTLSに対応していれば sslmode=disable を削除してください',
  },
  authorityUnused: {
    en: 'ca-file does nothing: no certificate is verified',
    ja: 'ca-file は働きません（証明書を検証しません）',
  },
  bufferFile: {
    en: 'buffer.sqlite is the gateway’s buffer',
    ja: 'buffer.sqlite はゲートウェイのバッファーです',
  },
  ownFile: { en: 'Give the archive a file of its own', ja: 'アーカイブ専用のファイル名にしてください' },
  mustBeSchema: {
    en: 'must be small letters, digits and "_", not begin with a digit or "pg_", and have at most 48 characters',
    ja: 'は英小文字、数字、"_" の48文字以内で、数字や "pg_" で始まらない名前にしてください',
  },
  saidBy: { en: 'the database says: {why}', ja: 'データベースからのメッセージ: {why}' },
  checkLogin: {
    en: 'Check user and password-file, and pg_hba.conf of the database',
    ja: 'ユーザー名と password-file、およびデータベースの pg_hba.conf を確認してください',
  },
  createDatabase: {
    en: 'Create it, in UTF-8: createdb --encoding UTF8 --template template0 {database}',
    ja: 'UTF-8で作成してください: createdb --encoding UTF8 --template template0 {database}',
  },
  checkDatabase: {
    en: "Look into the database's log",
    ja: 'データベースのログを確認してください',
  },
  checkCertificate: {
    en: 'Check ca-file, the dates of the certificate and the host name in url',
    ja: 'ca-file、証明書の有効期間、url のホスト名を確認してください',
  },
  noTls: { en: 'the database does not offer TLS', ja: 'データベースがTLSに対応していません' },
  switchTlsOn: {
    en: 'Switch ssl on in postgresql.conf, or write ?sslmode=disable on a network that is safe',
    ja: 'postgresql.conf で ssl を有効にするか、安全なネットワークであれば ?sslmode=disable と書いてください',
  },
  mayNot: {
    en: '{user} may not do this ({why})',
    ja: '{user} に権限がありません（{why}）',
  },
  grant: {
    en: 'Run as the owner of the database: CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {user}',
    ja: 'データベースの所有者として次を実行してください: CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {user}',
  },
  readOnly: {
    en: 'the database takes no changes now: it is a standby, or set to read-only',
    ja: 'データベースは読み取り専用（スタンバイなど）で、書き込めません',
  },
  namePrimary: {
    en: 'Let url name the primary server',
    ja: 'url にプライマリサーバーを指定してください',
  },
  notUtf8: {
    en: 'the database is in {encoding}, not UTF-8',
    ja: 'データベースの文字コードが UTF-8 ではなく {encoding} です',
  },
  tooOld: { en: 'PostgreSQL {version} is too old', ja: 'PostgreSQL {version} は古すぎます' },
  needsVersion: { en: 'Use PostgreSQL 15 or newer', ja: 'PostgreSQL 15以降を使ってください' },
  noTables: { en: 'the schema has no archive yet', ja: 'スキーマにアーカイブのテーブルがまだありません' },
  mayNotRead: { en: '{user} may not read this ({why})', ja: '{user} に読み取りの権限がありません（{why}）' },
  grantReading: {
    en: 'Run as its owner: GRANT USAGE ON SCHEMA {schema} TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user}',
    ja: '所有者として次を実行してください: GRANT USAGE ON SCHEMA {schema} TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user}',
  },
  stopped: { en: 'stopped', ja: '停止しました' },
  tooSlow: {
    en: 'the database did not finish within {seconds} s',
    ja: 'データベースの処理が {seconds} 秒以内に終わりません',
  },
  closed: { en: 'the database closed the connection', ja: 'データベースが接続を切りました' },
  lost: { en: 'the connection to the database was lost ({why})', ja: 'データベースとの接続が切れました（{why}）' },
  tooNew: {
    en: 'it was made by a newer release (schema {found}, known here: {known})',
    ja: '新しいリリースで作られています（スキーマ {found}、対応: {known}）',
  },
  notOwner: {
    en: 'its tables are of an older release (schema {found}, needed here: {known}), and this user may not change them ({why})',
    ja: 'テーブルが古いリリースのもので（スキーマ {found}、必要: {known}）、このユーザーには変更する権限がありません（{why}）',
  },
  openAsOwner: {
    en: 'Let a gateway of this release open it once whose user owns the tables',
    ja: 'テーブルの所有者のユーザーで、このリリースのゲートウェイから一度接続してください',
  },
  updateGateway: {
    en: 'Update this gateway, or use another schema or file',
    ja: 'このゲートウェイを更新するか、別のスキーマまたはファイルを使ってください',
  },
});
