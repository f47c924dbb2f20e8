/** How often an administrator's page asks for news, in milliseconds. */
export const lookEvery = 5000;
