import { sentences } from '../../shared/text.ts';

export const say = sentences('hub', {
  gatewaysUnreadable: {
    en: 'the list of enrolled gateways cannot be read ({why}), so nobody may send',
    ja: '登録済みゲートウェイの一覧を読めないため（{why}）、どこからも受け取れません',
  },
  restoreGateways: {
    en: 'Put a copy of it back, or delete it and enrol the gateways again (machimori gateway enrol)',
    ja: '控えから戻すか、削除してゲートウェイを登録し直してください（machimori gateway enrol）',
  },
  tooManyGateways: {
    en: 'a hub takes {max} gateways, and so many are enrolled',
    ja: 'ハブに登録できるゲートウェイは{max}台までで、すでに達しています',
  },
  anotherHub: {
    en: 'Revoke those that are no longer there (machimori gateway list), or run another hub',
    ja: '使われていないものを取り消すか（machimori gateway list で確認）、別のハブを動かしてください',
  },
  notEnrolled: { en: 'no such gateway is enrolled', ja: 'そのゲートウェイは登録されていません' },
  listGateways: { en: 'See: machimori gateway list', ja: '一覧: machimori gateway list' },
});
