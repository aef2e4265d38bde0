import { sentences } from '../../../shared/text.ts';

export const say = sentences('archive', {
  sameTables: {
    en: 'another destination already stores in {place} under the same tenant, and so in the same tables',
    ja: '{place} に同じテナント（同じ表）で保存する送信先がすでにあります',
  },
  // Settings
  type: {
    en: 'The history in a database: every reading once (docs/archive.md).',
    ja: 'データベースへの履歴保存。測定値を1回ずつ保存します（docs/archive.md）。',
  },
  url: {
    en: 'The database: "sqlite:history.sqlite", a file in the data directory, or "postgres://user@host:5432/database?sslmode=verify-full" (also verify-ca, require, disable). Without sslmode the certificate and host name of any other machine are verified.',
    ja: 'データベース。"sqlite:history.sqlite"（データディレクトリのファイル）または "postgres://user@host:5432/database?sslmode=verify-full"（ほかに verify-ca、require、disable）。sslmode を省略すると、ほかの機器への接続では証明書とホスト名を検証します。',
  },
  schema: {
    en: 'Schema of the tables in PostgreSQL; it is created if the user may.',
    ja: 'PostgreSQLのテーブルを置くスキーマ。権限があれば自動で作成します。',
  },
  retention: {
    en: 'Readings that were observed longer ago than this are deleted, and not stored if they arrive later. Without it everything is kept.',
    ja: '観測からこの期間を過ぎた測定値は削除し、後から届いても保存しません。指定しない場合はすべて保存します。',
  },
  maxSize: {
    en: 'SQLite: most bytes of the file with its log. The oldest readings make room for new ones.',
    ja: 'SQLite: ファイルとログの合計サイズの上限。新しい測定値のために最も古いものから削除します。',
  },
  relayed: {
    en: 'PostgreSQL: whether hubs follow this archive (port `archive`). It then has the two indexes that they read by.',
    ja: 'PostgreSQL: ハブがこのアーカイブを追う（ポート `archive`）かどうか。true の場合は読み出し用の索引を2つ作ります。',
  },
  notRewritten: {
    en: '{count} {count:sighting was|sightings were} deleted, and the files of the database may still hold them: somebody reads them, or this role does not own them',
    ja: '検知{count}件を削除しましたが、データベースのファイルに残っている可能性があります（ほかで読み取り中か、テーブルの所有者ではありません）',
  },
  mayNotErase: {
    en: 'the role {user} may not delete from the tables ({why})',
    ja: 'ロール {user} にはテーブルから削除する権限がありません（{why}）',
  },
  eraseAsOwner: {
    en: 'Run as their owner: GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA {schema} TO {user}',
    ja: 'テーブルの所有者として次を実行してください: GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA {schema} TO {user}',
  },
  rewriteLater: {
    en: 'As the owner of the tables run: {sql}',
    ja: 'テーブルの所有者として次を実行してください: {sql}',
  },
  logInUse: {
    en: 'what was erased still stands in the log, since somebody is reading the archive',
    ja: 'アーカイブを読み取り中のプログラムがあり、消去した内容がログに残っています',
  },
  eraseAgain: { en: 'End the reader, and erase again', ja: '読み取りを終えてから、もう一度消去してください' },
  personal: {
    en: 'Whether sightings, which are personal data, are stored. Otherwise they are receipted but not stored.',
    ja: '個人情報にあたる検知記録（sighting）を保存するかどうか。false の場合は受領だけして保存しません。',
  },
  answerTimeout: {
    en: 'A database that takes longer than this for a transaction is given up; the batches are sent again.',
    ja: 'トランザクションがこの時間を超えた場合は接続をやり直し、バッチを再送します。',
  },

  // Faults of the settings
  onlyPostgres: { en: '{name} does nothing with SQLite', ja: 'SQLiteでは {name} は働きません' },
  remove: { en: 'Remove it', ja: '削除してください' },
  mustBeLarger: { en: 'must be at least {min} MB', ja: 'は{min} MB以上にしてください' },

  // What happens
  stopped: { en: 'stopped', ja: '停止しました' },
  tooNew: {
    en: 'it was made by a newer release (schema {found}, known here: {known})',
    ja: '新しいリリースで作られています（スキーマ {found}、対応: {known}）',
  },
  updateGateway: {
    en: 'Update this gateway, or use another schema or file',
    ja: 'このゲートウェイを更新するか、別のスキーマまたはファイルを使ってください',
  },
  notOurs: {
    en: 'the file is not an archive but somebody else’s database',
    ja: 'アーカイブではない別のデータベースファイルです',
  },
  unusable: { en: 'the file cannot be opened ({why})', ja: 'ファイルを開けません（{why}）' },
  checkFolder: {
    en: "Check the path, the disk, and that the gateway's user may write there",
    ja: 'パスとディスク、およびゲートウェイのユーザーに書き込み権限があることを確認してください',
  },
  otherFile: { en: 'Give the archive a file of its own', ja: 'アーカイブ専用のファイル名にしてください' },
  noFileYet: { en: 'there is no archive yet', ja: 'アーカイブがまだありません' },
  runFirst: {
    en: 'Run the gateway with this configuration first, and call this on the machine where it runs',
    ja: '先にこの設定でゲートウェイを動かし、同じ機器でこのコマンドを実行してください',
  },
  checkReader: {
    en: 'Run this as the user of the gateway, or with sudo',
    ja: 'ゲートウェイのユーザーで、または sudo を付けて実行してください',
  },
  fileGone: { en: 'the file was deleted or replaced', ja: 'ファイルが削除または置き換えられました' },
  damaged: { en: 'the file is damaged ({why}); it was set aside', ja: 'ファイルが壊れています（{why}）。退避しました' },
  full: {
    en: 'the file has no room ({why}), although the oldest readings were dropped',
    ja: '最も古い測定値を削除しましたが、空きがありません（{why}）',
  },
  freeSpace: {
    en: 'Free disk space, or raise max-size',
    ja: 'ディスクの空きを増やすか、max-size を大きくしてください',
  },

  // Reasons of refusals, for receipts
  badTime: {
    en: 'the time is not between the years 1 and 9999',
    ja: '時刻が西暦1年から9999年の範囲にありません',
  },
  badNumber: { en: '"{quantity}" is not a finite number', ja: '"{quantity}" が有限の数値ではありません' },
  longDevice: { en: "the device's name has more than {max} characters", ja: '機器の名前が{max}文字を超えています' },
  notTheBatch: {
    en: 'the message is of another batch than its number says',
    ja: 'メッセージの内容が番号のバッチと一致しません',
  },
});
