const nameKey = 'rollback-name';
/** The name that a person gave last in this tab. */
export const storedName = () => sessionStorage.getItem(nameKey) ?? '';
export const storeName = (name) => sessionStorage.setItem(nameKey, name);
