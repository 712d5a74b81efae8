import { button, h, heading } from './dom.mjs';

/** The second integration: another product that changes the same groups. */
export function othersView({ plan, site }) {
  const isOn = plan.enabled;
  const where = plan.site_id === null ? 'on every site' : plan.site_id === site.id ? 'on this site' : 'on another site';
  return [
    heading('others-title', 'Second integration'),
    h(
      'p',
      {},
      'Another product, connected to the same sites: it puts its own people into groups and takes people out.',
    ),
    h(
      'p',
      { class: 'facts' },
      h('span', { class: isOn ? 'bad' : '' }, isOn ? `Acts every ${plan.every_ms / 1000} s, ${where}` : 'Switched off'),
      h('span', {}, plan.removes === 'anyone' ? 'takes out anyone' : 'takes out its own people only'),
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        {
          type: 'button',
          role: 'switch',
          'aria-checked': `${isOn}`,
          'data-action': 'switch-other',
          'data-on': `${!isOn}`,
        },
        isOn ? 'On' : 'Off',
        h('span', { class: 'hidden' }, ': second integration'),
      ),
      button('One step now', 'step-other'),
      button(plan.removes === 'anyone' ? 'Have it take out its own only' : 'Have it take out anyone', 'set-removes', {
        removes: plan.removes === 'anyone' ? 'own' : 'anyone',
      }),
    ),
  ];
}
