import { sentences } from '../../../shared/text.ts';

export const say = sentences('archive-port', {
  // Settings
  type: {
    en: 'What workers write to an archive in PostgreSQL: this hub hands it to its destinations (docs/archive.md).',
    ja: 'ワーカーがPostgreSQLのアーカイブに書き込んだデータ。このハブから送信先に渡します（docs/archive.md）。',
  },
  url: {
    en: 'The database: "postgres://user@host:5432/database?sslmode=verify-full". The user only needs to read.',
    ja: 'データベース: "postgres://user@host:5432/database?sslmode=verify-full"。ユーザーの権限は読み取りだけで足ります。',
  },
  schema: { en: 'Schema of the archive.', ja: 'アーカイブのスキーマ。' },
  from: {
    en: 'Where to begin the first time: "now", "beginning", or the time from which on the archive has received it (2026-11-25T09:00+09:00). Later it goes on where it was.',
    ja: '初回の開始位置: "now"（今から）、"beginning"（最初から）、またはアーカイブの受信時刻（2026-11-25T09:00+09:00）。2回目以降は前回の続きからです。',
  },
  every: {
    en: 'How often it looks for more when there was nothing.',
    ja: '新しいデータがないときに確認する間隔。',
  },
  answerTimeout: {
    en: 'A database that takes longer than this for an answer is given up and connected to again.',
    ja: '応答がこの時間を超えた場合は接続をやり直します。',
  },
  mustBeFrom: {
    en: 'must be "now", "beginning" or a time such as 2026-11-25T09:00+09:00',
    ja: 'は "now"、"beginning"、または 2026-11-25T09:00+09:00 のような時刻で指定してください',
  },
  notSqlite: {
    en: 'an archive in SQLite cannot be followed: only one gateway writes it',
    ja: 'SQLiteのアーカイブは追えません（書き込むゲートウェイは1台だけです）',
  },
  twoDestinations: {
    en: 'Give that gateway both destinations, the archive and the broker',
    ja: 'そのゲートウェイに、アーカイブとブローカーの両方を送信先として設定してください',
  },

  // What happens
  canBeFollowed: {
    en: 'it is an archive that can be followed',
    ja: 'このアーカイブは追うことができます',
  },
  runWriter: {
    en: 'Check url and schema, and start the workers that write it first',
    ja: 'url と schema を確認し、書き込むワーカーを先に起動してください',
  },
  oldTables: {
    en: 'its tables are of an older release (schema {found}, needed here: {known})',
    ja: 'テーブルが古いリリースのものです（スキーマ {found}、必要: {known}）',
  },
  otherCluster: {
    en: 'the database was restored into another PostgreSQL, and its transactions still have the numbers of the former one',
    ja: 'データベースが別のPostgreSQLに復元され、トランザクション番号が以前のままです',
  },
  openByWriter: {
    en: 'Start a worker of this release that writes to it as the owner of the tables',
    ja: 'テーブルの所有者のユーザーで書き込む、このリリースのワーカーを起動してください',
  },
  noIndex: {
    en: 'it has no index {index}, without which it can only be searched through',
    ja: '索引 {index} がなく、全体を検索することになります',
  },
  setRelayed: {
    en: 'Write relayed = true into the destination archive of a worker that owns the tables, and restart it. If the archive has more than {gb} GB, make its indexes as docs/archive.md says',
    ja: 'テーブルの所有者で書き込むワーカーの送信先 archive に relayed = true と書き、再起動してください。{gb} GBを超えるアーカイブでは docs/archive.md のとおりに索引を作ってください',
  },
  noOrigin: {
    en: 'tenant and gateway are not names of a gateway',
    ja: 'テナントとゲートウェイの名前が正しくありません',
  },
  ownName: {
    en: "its gateway has this hub's own id. Give the hub another one ([gateway] id)",
    ja: 'ゲートウェイのidがこのハブと同じです。ハブの [gateway] id を変えてください',
  },
  notPassedOn: { en: '{batch} is not passed on: {why}', ja: '{batch} は渡せません: {why}' },
  heldBack: {
    en: "what was stored since transaction {transaction} began waits for its end. SELECT * FROM pg_stat_activity WHERE backend_xid = '{xid}', or else pg_prepared_xacts, shows whose it is",
    ja: "トランザクション {transaction} の開始後に保存されたデータは、その終了を待っています。SELECT * FROM pg_stat_activity WHERE backend_xid = '{xid}' または pg_prepared_xacts で確認できます",
  },
});
