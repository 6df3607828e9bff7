"""The parties that move money; each adapter is loaded only when it is configured."""
