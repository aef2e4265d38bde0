import { sentences } from '../../../shared/text.ts';

export const say = sentences('console-rubbish', {
  noise: { en: 'noise', ja: 'ノイズ' },
  tooLong: { en: 'too long', ja: '長すぎる' },
  truncated: { en: 'cut off', ja: '途中で切れた' },
  badChecksum: { en: 'wrong checksum', ja: 'チェックサム不一致' },
  malformed: { en: 'malformed', ja: '形式の誤り' },
  unknownFormat: { en: 'unknown format', ja: '未知の形式' },
  changedShape: { en: 'changed page', ja: 'ページの構成変更' },
  unknownAddress: { en: 'unknown device', ja: '未登録の機器' },
  notAllowed: { en: 'not allowed', ja: '許可されていない送信元' },
  retained: { en: 'retained message', ja: '保持されていた古い値' },
  unexpected: { en: 'not asked for', ja: '予期しない応答' },
  noAnswer: { en: 'no answer', ja: '応答なし' },
  deviceError: { en: 'error of the device', ja: '機器のエラー' },
  deaf: { en: 'hears nothing', ja: '受信なし' },
  badMic: { en: 'unknown sender', ja: '認証できない送信元' },
  replay: { en: 'repeated', ja: '再送・再生' },
  counterReset: { en: 'counter started anew', ja: 'カウンターのリセット' },
  overLimit: { en: 'over the limit', ja: '上限超過' },
  codecFault: { en: 'codec failed', ja: 'コーデックの失敗' },
  noTime: { en: 'no time', ja: '時刻なし' },
});
