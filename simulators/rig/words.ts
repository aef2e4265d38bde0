import { sentences } from '../../shared/text.ts';

export const say = sentences('rig', {
  noColumn: { en: 'there is no column {name}', ja: '列 {name} がありません' },
  columnsThere: { en: 'It has {columns}', ja: '列: {columns}' },
  noTime: { en: '"{text}" is not a time', ja: '"{text}" は時刻ではありません' },
  timeForms: {
    en: 'Write seconds, or a time such as 2026-01-15T03:00:00Z',
    ja: '秒数、または 2026-01-15T03:00:00Z のような時刻で書いてください',
  },
  timeGoesBack: { en: 'the time is before that of the row above', ja: '時刻が前の行より前になっています' },
  sortRows: { en: 'Sort the rows by time', ja: '時刻順に並べてください' },
  noNumber: { en: '"{text}" is not a number', ja: '"{text}" は数値ではありません' },
  numberForms: { en: 'Write a number, or nothing', ja: '数値を書くか、空にしてください' },
  tooLarge: { en: 'it is larger than {max} MB', ja: '{max} MBを超えています' },
  cutIt: { en: 'Cut it into parts', ja: '分割してください' },
  noRows: { en: 'it has no rows', ja: '行がありません' },
  seriesForm: {
    en: 'Give a table (CSV) with a heading, a column of times and one of values',
    ja: '見出し行、時刻の列、値の列を持つCSVを指定してください',
  },
  tooManyRows: { en: 'it has more than {max} rows', ja: '{max}行を超えています' },
  noFile: { en: 'there is no such file', ja: 'ファイルがありません' },
  checkPath: {
    en: "Its path is relative to the rig's file",
    ja: 'パスはリグのファイルからの相対パスで指定してください',
  },
  unreadable: { en: 'it cannot be read ({why})', ja: '読み取れません（{why}）' },
  noTarget: { en: 'there is no device, wire or city OS {name} here', ja: '機器、回線、都市OSに {name} はありません' },
  useTarget: { en: 'Use one of: {known}', ja: '次のいずれかを指定してください: {known}' },
  noQuantity: { en: '{device} senses no {quantity}', ja: '{device} に量 {quantity} はありません' },
});
