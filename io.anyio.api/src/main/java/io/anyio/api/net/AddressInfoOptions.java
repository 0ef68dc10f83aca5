package io.anyio.api.net;

import java.util.Objects;

/**
 * Options for looking up addresses.
 *
 * @param family the family of the addresses
 * @param type the type of the sockets for which the addresses are used
 * @param passive whether an empty host means all addresses of this machine, to listen on, instead of the loopback
 * address
 * @param numericHost whether the host must be an address, so that no lookup takes place
 * @param canonicalName whether the canonical name of the host is looked up, too
 */
public record AddressInfoOptions(AddressFamily family, SocketType type, boolean passive, boolean numericHost,
        boolean canonicalName) {
    /** All families and types, for connecting, with a lookup if necessary. */
    public static final AddressInfoOptions DEFAULT = new AddressInfoOptions(AddressFamily.UNSPECIFIED,
            SocketType.UNSPECIFIED, false, false, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the family is UNIX, which has paths instead of ports
     */
    public AddressInfoOptions {
        Objects.requireNonNull(family, "AddressInfoOptions: the family is null, give UNSPECIFIED for any");
        Objects.requireNonNull(type, "AddressInfoOptions: the type is null, give UNSPECIFIED for any");
        if (family == AddressFamily.UNIX) {
            throw new IllegalArgumentException(
                    "The family UNIX has paths instead of ports: give IPV4, IPV6 or UNSPECIFIED");
        }
    }

    /**
     * Sets the family.
     *
     * @param value the family of the addresses
     * @return new options
     * @throws IllegalArgumentException if the family is UNIX, which has paths instead of ports
     */
    public AddressInfoOptions family(AddressFamily value) {
        return new AddressInfoOptions(value, type, passive, numericHost, canonicalName);
    }

    /**
     * Sets the type.
     *
     * @param value the type of the sockets for which the addresses are used
     * @return new options
     */
    public AddressInfoOptions type(SocketType value) {
        return new AddressInfoOptions(family, value, passive, numericHost, canonicalName);
    }

    /**
     * Sets what an empty host means.
     *
     * @param value true for all addresses of this machine, false for the loopback address
     * @return new options
     */
    public AddressInfoOptions passive(boolean value) {
        return new AddressInfoOptions(family, type, value, numericHost, canonicalName);
    }

    /**
     * Sets whether the host must be an address.
     *
     * @param value true if it must be one, so that no lookup takes place
     * @return new options
     */
    public AddressInfoOptions numericHost(boolean value) {
        return new AddressInfoOptions(family, type, passive, value, canonicalName);
    }

    /**
     * Sets whether the canonical name of the host is looked up, too.
     *
     * @param value true to look it up
     * @return new options
     */
    public AddressInfoOptions canonicalName(boolean value) {
        return new AddressInfoOptions(family, type, passive, numericHost, value);
    }
}
