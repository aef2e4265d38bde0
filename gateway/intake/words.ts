import { sentences } from '../../shared/text.ts';

export const say = sentences('intake', {
  readingTooLarge: {
    en: 'the reading has too many or too long values, or no valid time',
    ja: '測定値の項目が多すぎるか長すぎます。または時刻が不正です',
  },
  notByThisDoor: {
    en: 'a batch such as may not come by this port',
    ja: 'このポートでは受け取れないバッチです',
  },
  tooFast: {
    en: 'more comes than can be decoded',
    ja: '届く量が多すぎて、解読が追いつきません',
  },
  unnamable: {
    en: 'no device name can be made of the topic {topic}: letters, digits, ".", "_" and "-", at most 64 with the id before it',
    ja: 'トピック {topic} から機器の名前を作れません（英数字と . _ - で、idと合わせて64字まで）',
  },
  familyFull: {
    en: '{family} has its {max} devices already; raise max-devices if this is one of yours',
    ja: '{family} の機器は上限の{max}台に達しています。自分の機器ならmax-devicesを増やしてください',
  },
  memberTaken: {
    en: 'its topic gives it the name {id}, which the device with the topic {topic} has; rename one of them, or write it as a device of its own with its exact topic',
    ja: 'トピックから付く名前 {id} は、トピック {topic} の機器がすでに使っています。どちらかの名前を変えるか、正確なトピックで個別の機器として設定してください',
  },
  notOpenedYet: { en: 'not opened yet', ja: 'まだ開いていません' },

  otherGateway: {
    en: 'a message that came from {from} calls its gateway "{named}"',
    ja: '{from} から届いたメッセージの中で、ゲートウェイが「{named}」になっています',
  },
  ownGateway: {
    en: 'Send it under its own name',
    ja: '自分の名前で送信してください',
  },
  namedLikeWorker: {
    en: 'the gateway {gateway} has the id of this worker; give one of them another',
    ja: 'ゲートウェイ {gateway} の id がこのワーカーと同じです。どちらかを変えてください',
  },
  noDestinationTakes: {
    en: 'no destination takes the tenant {tenant}; {gateway} keeps its batches (tenants = ["*"] takes all)',
    ja: 'テナント {tenant} を受け取る送信先がないため、{gateway} のバッチは保存されません（tenants = ["*"] ですべて受け取ります）',
  },
});
