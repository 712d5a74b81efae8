/** The audience of the access tokens that the product's APIs accept. */
export const apiAudience = 'urn:latchkey:api';
