import { withContact } from './person-contact.ts';

const ada = {
  givenName: 'Ada',
  familyName: 'Byron',
  email: 'ada@example.org',
  isEmailVerified: true,
  contactVersion: 3,
};

test('a name changed raises the contact version', () => {
  expect(withContact({ ...ada }, { familyName: 'Lovelace' })).toMatchObject({
    familyName: 'Lovelace',
    isEmailVerified: true,
    contactVersion: 4,
  });
});

test('the same again changes nothing', () => {
  expect(withContact({ ...ada }, { givenName: 'Ada', email: 'ada@example.org' })).toEqual(ada);
});

test('another address has to be verified anew', () => {
  expect(withContact({ ...ada }, { email: 'lady@example.org' })).toMatchObject({
    isEmailVerified: false,
    contactVersion: 4,
  });
});

test('the same address in other letters is still verified', () => {
  expect(withContact({ ...ada }, { email: 'Ada@Example.org' })).toMatchObject({
    email: 'Ada@Example.org',
    isEmailVerified: true,
    contactVersion: 4,
  });
});

test('another system may say that a new address is verified', () => {
  expect(withContact({ ...ada }, { email: 'lady@example.org', isEmailVerified: true }).isEmailVerified).toBe(true);
});
