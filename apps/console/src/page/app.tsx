import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { LocationsPage } from './locations/locations.page.tsx';
import { ConsentReturnPage } from './salto-ks/consent-return.page.tsx';
import { SaltoKsPage } from './salto-ks/salto-ks.page.tsx';
import { Shell } from './shell/shell.tsx';
import { SignedInOnly } from './sign-in/signed-in-only.tsx';
import { SignedInPage } from './sign-in/signed-in.page.tsx';

/** `/salto-ks/consent` is registered at Salto, and `/signed-in` at the identity provider. */
export function App() {
  return (
    <BrowserRouter>
      <Routes>
        <Route element={<Shell />}>
          <Route path="/signed-in" element={<SignedInPage />} />
          <Route element={<SignedInOnly />}>
            <Route path="/" element={<LocationsPage />} />
            <Route path="/locations/:locationId/salto-ks" element={<SaltoKsPage />} />
            <Route path="/salto-ks/consent" element={<ConsentReturnPage />} />
          </Route>
          <Route path="*" element={<Navigate to="/" replace />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
