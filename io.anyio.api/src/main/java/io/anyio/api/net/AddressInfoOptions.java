package io.anyio.api.net;

import java.util.Objects;

/**
 * Which addresses are looked up.
 *
 * @param family which addresses are wanted
 * @param type what they are wanted for
 * @param passive whether no host means all addresses of this machine, to listen on, instead of the loopback
 * @param numericHost whether a host that is no address fails, instead of being looked up
 * @param canonicalName whether the name as the name server has it is asked for, too
 */
public record AddressInfoOptions(AddressFamily family, SocketType type, boolean passive, boolean numericHost,
        boolean canonicalName) {
    /** All families and types, to connect to, looked up if necessary. */
    public static final AddressInfoOptions DEFAULT = new AddressInfoOptions(AddressFamily.UNSPECIFIED,
            SocketType.UNSPECIFIED, false, false, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the family has no ports
     */
    public AddressInfoOptions {
        Objects.requireNonNull(family, "AddressInfoOptions: the family is null, give UNSPECIFIED for any");
        Objects.requireNonNull(type, "AddressInfoOptions: the type is null, give UNSPECIFIED for any");
        if (family == AddressFamily.UNIX) {
            throw new IllegalArgumentException("The family UNIX has paths instead of ports");
        }
    }

    /**
     * Limits the addresses.
     *
     * @param value which addresses are wanted
     * @return new options
     * @throws IllegalArgumentException if the family has no ports
     */
    public AddressInfoOptions family(AddressFamily value) {
        return new AddressInfoOptions(value, type, passive, numericHost, canonicalName);
    }

    /**
     * Limits the use.
     *
     * @param value what the addresses are wanted for
     * @return new options
     */
    public AddressInfoOptions type(SocketType value) {
        return new AddressInfoOptions(family, value, passive, numericHost, canonicalName);
    }

    /**
     * Chooses what no host means.
     *
     * @param value true for all addresses of this machine, false for the loopback
     * @return new options
     */
    public AddressInfoOptions passive(boolean value) {
        return new AddressInfoOptions(family, type, value, numericHost, canonicalName);
    }

    /**
     * Forbids a lookup.
     *
     * @param value true if a host that is no address shall fail
     * @return new options
     */
    public AddressInfoOptions numericHost(boolean value) {
        return new AddressInfoOptions(family, type, passive, value, canonicalName);
    }

    /**
     * Asks for the name as the name server has it, too.
     *
     * @param value whether to ask
     * @return new options
     */
    public AddressInfoOptions canonicalName(boolean value) {
        return new AddressInfoOptions(family, type, passive, numericHost, value);
    }
}
