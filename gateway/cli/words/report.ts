import { sentences } from '../../../shared/text.ts';

/** report. */
export const say = sentences('cli.report', {
  report: {
    en: 'report on a month: how its devices and gateways did, from the archive',
    ja: '月次報告書（機器とゲートウェイの稼働状況）をアーカイブから作成',
  },
  optionMonth: {
    en: 'the month: 2026-11 (default: last month)',
    ja: '対象の月: 2026-11（既定値: 先月）',
  },
  optionFrom: { en: 'instead of a month: the first day, 2026-11-02', ja: '月の代わりに最初の日: 2026-11-02' },
  optionTo: { en: 'the last day, 2026-11-08', ja: '最後の日: 2026-11-08' },
  optionTimeZone: { en: 'time zone of days and times', ja: '日付と時刻のタイムゾーン' },
  optionDestination: {
    en: 'the archive, if the configuration has several',
    ja: 'アーカイブが複数ある場合、使う送信先の名前',
  },
  optionOut: {
    en: 'the folder to write to (default: report-2026-11)',
    ja: '書き込み先フォルダー（既定値: report-2026-11）',
  },
  reportNote: {
    en: 'It writes report.html, to read and print, and devices.csv, gateways.csv, alarms.csv and gaps.csv. It only reads the archive, also while the gateway runs. docs/report.md says how the figures are counted.',
    ja: '閲覧・印刷用の report.html と、devices.csv、gateways.csv、alarms.csv、gaps.csv を書き出します。アーカイブは読み取るだけで、稼働中でも使えます。集計の方法は docs/ja/report.md にあります。',
  },
  noMonth: {
    en: '--month must be a month such as 2026-11, not "{word}"',
    ja: '--month には 2026-11 のように月を指定してください（指定された値: {word}）',
  },
  noDays: {
    en: '--from and --to must be days such as 2026-11-02, in order and at most {max} of them, not "{from}" and "{to}"',
    ja: '--from と --to には 2026-11-02 のように日付を順に指定してください（{max}日以内。指定された値: {from}、{to}）',
  },
  notYet: {
    en: '{period} has not begun in {zone}',
    ja: '{period} は {zone} ではまだ始まっていません',
  },
  noZone: {
    en: '--time-zone must be a time zone such as Asia/Tokyo, not "{word}"',
    ja: '--time-zone には Asia/Tokyo のようなタイムゾーンを指定してください（指定された値: {word}）',
  },
  noArchive: { en: 'it has no archive to report from', ja: '集計のもとになるアーカイブがありません' },
  addArchive: {
    en: 'Write: [[destination]] name = "history", type = "archive", url = "sqlite:history.sqlite" (docs/archive.md); the report knows what comes from then on',
    ja: '[[destination]] name = "history"、type = "archive"、url = "sqlite:history.sqlite" と書いてください（docs/archive.md）。それ以降に届いたものを集計できます',
  },
  severalArchives: {
    en: 'There are several archives; choose one with --destination: {names}',
    ja: 'アーカイブが複数あります。--destination で選んでください: {names}',
  },
  notAnArchive: {
    en: '--destination must be an archive of this configuration, not "{word}". There are: {names}',
    ja: '--destination にはこの設定のアーカイブを指定してください（指定された値: {word}）。使えるもの: {names}',
  },
  away: { en: 'the database cannot be reached ({why})', ja: 'データベースに接続できません（{why}）' },
  checkServer: {
    en: 'Check that it runs, and the url of the destination',
    ja: 'データベースが動いていることと、送信先の url を確認してください',
  },
  progress: { en: 'Reading the archive: {percent} %', ja: 'アーカイブを読み取り中: {percent}%' },
  written: {
    en: '{folder}: {devices} {devices:device|devices}, {gateways} {gateways:gateway|gateways}, {alarms} {alarms:alarm|alarms}, {from} to {to} ({zone})',
    ja: '{folder}: 機器{devices}台、ゲートウェイ{gateways}台、警報{alarms}件（{from}～{to}、{zone}）',
  },
  openIt: {
    en: 'Open {file} in a browser to read or print it',
    ja: '{file} をブラウザーで開くと、閲覧・印刷できます',
  },
});
