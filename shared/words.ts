import { sentences } from './text.ts';

export const say = sentences('shared', {
  fault: { en: '{on}: {what}. {hint}', ja: '{on}: {what}。{hint}' },

  mustBeDuration: {
    en: 'must be a length of time such as "10s", "250ms", "5m", "2h" or "7d"',
    ja: 'は "10s"、"250ms"、"5m"、"2h"、"7d" のような時間の長さで指定してください',
  },
  mustBeSecondsBetween: {
    en: 'must be between {min} s and {max} s',
    ja: 'は{min}秒から{max}秒までの範囲で指定してください',
  },
  mustBeText: { en: 'must be text in quotes', ja: 'は引用符で囲んだ文字列で指定してください' },
  mustBeName: {
    en: 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
    ja: 'は英字または数字で始まる1～64文字の英数字と ".", "_", "-" で指定してください',
  },
  mustBeFlag: { en: 'must be true or false', ja: 'は true か false で指定してください' },
  mustBeNumber: { en: 'must be a number', ja: 'は数値で指定してください' },
  mustBeWholeBetween: {
    en: 'must be a whole number from {min} to {max}',
    ja: 'は{min}から{max}までの整数で指定してください',
  },
  mustBeAtLeast: { en: 'must be at least {min}', ja: 'は{min}以上で指定してください' },
  mustBeAtMost: { en: 'must be at most {max}', ja: 'は{max}以下で指定してください' },
  mustBeOneOf: { en: 'must be one of {words}', ja: 'は {words} のいずれかで指定してください' },
  mustBeTable: { en: 'must be a table', ja: 'はテーブルで指定してください' },
  mustBeList: { en: 'must be a list', ja: 'はリスト（[ ]）で指定してください' },
  mustNotBeEmpty: { en: 'must not be empty', ja: 'は空にできません' },
  mustHaveAtMostCharacters: {
    en: 'must not be longer than {max} characters',
    ja: 'は{max}文字以内で指定してください',
  },
  mustHaveAtMostEntries: {
    en: 'must not have more than {max} entries',
    ja: 'に指定できるのは{max}件までです',
  },
  mustBeSize: {
    en: 'must be a size such as "400MB", "64kB" or "2GB"',
    ja: 'は "400MB"、"64kB"、"2GB" のような容量で指定してください',
  },
  mustBeBatteryLimit: { en: 'must be "3.3V" or "20%"', ja: 'は "3.3V" や "20%" のように指定してください' },
  mustBeAddress: {
    en: 'must be "host:port", such as "127.0.0.1:9464"',
    ja: 'は "127.0.0.1:9464" のように "ホスト:ポート" の形で指定してください',
  },
  mustHavePort: {
    en: 'must have a port of at most 65535',
    ja: 'のポート番号は65535以下で指定してください',
  },
  mustBeHostName: {
    en: 'must be a host name in lower case, such as "box-1.city.example"',
    ja: 'は "box-1.city.example" のように、小文字のホスト名で指定してください',
  },
});
